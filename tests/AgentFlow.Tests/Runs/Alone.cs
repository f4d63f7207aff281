namespace AgentFlow.Tests.Runs;

/// <summary>Tests that count threads and bytes of the whole process: nothing else runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public class Alone
{
    public const string Name = "alone";
}
