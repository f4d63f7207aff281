using AgentFlow.Journaling;
using AgentFlow.Tests.Shared;

namespace AgentFlow.Tests.Journaling.Durable;

public sealed class InProcessJournalContractTests : JournalContract
{
    private readonly InProcessJournal _journal = new();

    protected override ValueTask<IJournal> OpenAsync() => new(_journal);

    protected override ValueTask CloseAsync(IJournal journal) => default;
}
