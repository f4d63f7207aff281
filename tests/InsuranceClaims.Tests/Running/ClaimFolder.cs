using AgentFlow;
using AgentFlow.Journaling;

namespace InsuranceClaims.Tests.Running;

/// <summary>What calls of the program leave behind: a journal, a line per call of the model, letters.</summary>
internal sealed class ClaimFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("claims-").FullName;

    public string Journal => Path.Combine(_path, "journal");

    public string Out => Path.Combine(_path, "out");

    public string Log(string name) => Path.Combine(_path, name);

    /// <summary>A digest per call that has reached the model, sorted.</summary>
    public string[] Calls(string log) => File.Exists(Log(log)) ? [.. File.ReadAllLines(Log(log)).Order(StringComparer.Ordinal)] : [];

    public IEnumerable<string> Letters => Directory.Exists(Out) ? Directory.GetFiles(Out, "*.letter.md").Select(file => Path.GetFileName(file)[..^".letter.md".Length]).Order(StringComparer.Ordinal) : [];

    /// <summary>How many model calls the journal has the answers of.</summary>
    public async Task<int> RecordedAsync()
    {
        await using var journal = FileJournal.Open(Journal);
        await using var runtime = new FlowRuntime(new() { Journal = journal, SerializerOptions = ClaimsJson.Options });
        var recorded = 0;
        await foreach (var run in journal.ListAsync(default))
            recorded += RunReport.From(await runtime.ReadEntriesAsync(run.RunId)).Total.ModelCalls;
        return recorded;
    }

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
