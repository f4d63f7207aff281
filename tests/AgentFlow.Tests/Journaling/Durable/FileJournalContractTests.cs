using AgentFlow.Journaling;
using AgentFlow.Tests.Journaling.Files;
using AgentFlow.Tests.Shared;

namespace AgentFlow.Tests.Journaling.Durable;

public sealed class FileJournalContractTests : JournalContract
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task A_closed_journal_refuses_appends()
    {
        await CloseAsync(Journal);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => Journal.AppendAsync(RunId.Parse("r"), 1, [new(1, JournalEntryKind.RunStarted, default, default)], default).AsTask());
    }

    [Fact]
    public async Task Closing_waits_for_what_was_appended()
    {
        var appends = Enumerable.Range(0, 200).Select(i => Journal.AppendAsync(RunId.Parse($"r-{i}"), 1, [new(1, JournalEntryKind.RunStarted, default, new byte[100])], default).AsTask()).ToList();
        await CloseAsync(Journal);
        await Task.WhenAll(appends).WaitAsync(Hang);
        await using var reopened = (FileJournal)await OpenAsync();
        Assert.Equal(200, await reopened.ListAsync(default).CountAsync());
    }

    [Fact]
    public async Task Closing_twice_is_closing_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CloseAsync(Journal).AsTask())).WaitAsync(Hang);
        ((FileJournal)Journal).Dispose();
    }

    protected override ValueTask<IJournal> OpenAsync() => new(FileJournal.Open(_directory.Path));

    protected override ValueTask CloseAsync(IJournal journal) => ((FileJournal)journal).DisposeAsync();

    protected override ValueTask DeleteAsync()
    {
        _directory.Dispose();
        return default;
    }
}
