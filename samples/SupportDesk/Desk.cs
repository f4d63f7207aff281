using AgentFlow;
using AgentFlow.Journaling;
using Microsoft.Extensions.AI;
using SupportDesk.Ui;

namespace SupportDesk;

/// <summary>The runtime with the support flow. Conversations, and what was refunded, are kept in a folder.</summary>
internal sealed class Desk : IAsyncDisposable
{
    private readonly FileJournal _journal;
    private readonly FlowRuntime _runtime;
    private readonly Flow<string, string> _flow;

    /// <exception cref="JournalException">Another process has the folder open, or it is damaged.</exception>
    public Desk(string folder, string accounts, IChatClient model)
    {
        _journal = FileJournal.Open(Path.Combine(folder, "journal"));
        var options = new FlowRuntimeOptions { Journal = _journal };
        options.Models.Add("agent", model);
        _runtime = new FlowRuntime(options);
        _flow = SupportFlow.Create(Accounts.Load(accounts, Path.Combine(folder, "refunds.txt")));
        _runtime.Steps.Add(_flow);
    }

    /// <summary>Goes on with the conversation of a session, or begins one. Returns when it is over, or when nobody says anything more.</summary>
    public async Task TalkAsync(string session, Terminal terminal, CancellationToken cancellationToken)
    {
        var (run, number) = await FindAsync(session, cancellationToken);
        if (run is not null) await terminal.NoteAsync($"[welcome back: this conversation has {run.Entries.Count} entries in the journal]");
        else if (await terminal.NextWordsAsync(cancellationToken) is { Length: > 0 } words)
            run = await _runtime.StartAsync(_flow, words, new() { Id = $"{session}.{number}", Principal = new(session) }, cancellationToken);
        if (run is not null) await FollowAsync(run, terminal, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        await _journal.DisposeAsync();
    }

    /// <summary>Each run is one conversation; a session has one that is open, at the most.</summary>
    private async Task<(FlowRun<string>? Run, int Number)> FindAsync(string session, CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            var run = await _runtime.GetRunAsync<string>(RunId.Parse($"{session}.{number}"), cancellationToken);
            if (run is null || !run.Ended.IsCompleted) return (run, number);
        }
    }

    private async Task FollowAsync(FlowRun<string> run, Terminal terminal, CancellationToken cancellationToken)
    {
        await foreach (var seen in run.Events.WithCancellation(cancellationToken))
        {
            if (seen is EntryAppended appended) await terminal.ShowAsync(appended.Entry);
            if (seen is not RequestRaised { Request: var request }) continue;
            if (request.Name == SupportFlow.Customer) await terminal.SayAsync(SpeakerOf(run), $"{request.Value}");
            if (await terminal.AskAsync(request, cancellationToken) is not { } decision)
            {
                await terminal.NoteAsync("[nobody says anything more: the conversation is kept, and goes on when you come back]");
                return;
            }

            await _runtime.Requests.ResolveAsync(request.Id, decision.About(request.Digest));
        }

        await run;
        await terminal.NoteAsync("[the conversation is over]");
    }

    /// <summary>Whose model was asked last.</summary>
    private static string SpeakerOf(FlowRun run) => run.Entries.OfType<EffectCompletedEntry>().Last(entry => entry.Detail?.Model is not null).Detail!.Agent!;
}
