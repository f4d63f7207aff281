namespace AgentFlow.Testing;

/// <summary>A file of an evaluation, a report or cases, cannot be used.</summary>
public sealed class EvaluationFileException : AgentFlowException
{
    internal EvaluationFileException(string file, string problem, Exception? innerException = null)
        : base($"'{file}' cannot be used: {problem}", innerException) => (File, Problem) = (file, problem);

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>What is wrong with it.</summary>
    public string Problem { get; }
}
