using System.Globalization;
using System.Text;

namespace AgentFlow.CrashChild;

/// <summary>
/// What the outside world sees: a line for every execution of an effect, <c>life run path</c>, written with one call before the effect
/// yields anything. It survives the process, and knows what an uncertain effect has done.
/// </summary>
internal sealed class EffectFile : IDisposable
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _executed = [];
    private readonly FileStream _file;
    private readonly string _life;

    public EffectFile(string path, int life)
    {
        _life = life.ToString(CultureInfo.InvariantCulture);
        if (File.Exists(path))
        {
            foreach (string line in File.ReadLines(path)) _executed.Add(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..]);
        }

        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
    }

    public void Executed(RunId run, StepPath path)
    {
        byte[] line = Encoding.UTF8.GetBytes($"{_life} {run} {path}\n");
        lock (_lock)
        {
            _executed.Add($"{run} {path}");
            _file.Write(line);
        }
    }

    public bool HasExecuted(RunId run, StepPath path)
    {
        lock (_lock) return _executed.Contains($"{run} {path}");
    }

    public void Dispose() => _file.Dispose();
}
