using System.Globalization;
using System.Text.Json;
using AgentFlow.Approvals;
using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;

namespace AgentFlow.CrashChild;

/// <summary>
/// A host with durable runs: continues those of its earlier lives, answers what is asked, and starts new ones. Tells of every run
/// <c>ACCEPTED run</c> and <c>ENDED run result</c>, as its callers see it.
/// </summary>
internal sealed class FlowWork(string directory, int life, ChildOutput output, Action<string> reach)
{
    /// <summary>Where to note what the committer does, if anywhere.</summary>
    public string? WindowPath { get; init; }

    /// <summary>What the committer does when the process dies; -1 for nothing.</summary>
    public int Aim { get; init; } = -1;

    /// <summary>How many times it has done it by then.</summary>
    public int Hit { get; init; }

    /// <summary>How many runs are started.</summary>
    public int Runs { get; init; }

    /// <summary>How many of them at a time.</summary>
    public int Lanes { get; init; } = 4;

    /// <summary>The number that a run's result follows from stands in its id.</summary>
    public static int NumberOf(RunId run) => int.Parse(run.ToString().Split('-')[^1].Split('~')[0], CultureInfo.InvariantCulture);

    /// <summary>Whether a run goes on for another one.</summary>
    public static bool IsSuccessor(RunId run) => run.ToString().Contains('~', StringComparison.Ordinal);

    public async Task<int> RunAsync()
    {
        using var window = WindowPath is null ? null : new ChildWindow(WindowPath);
        int left = Hit;
        if (window is not null) window.Entered = now =>
        {
            if (now == Aim && --left == 0) Failpoints.Die();
        };
        using var effects = new EffectFile(directory + ".effects", life);
        bool isOpen = false;
        var files = window?.Observe(JournalFileSystem.System, () => isOpen) ?? JournalFileSystem.System;
        var options = new FileJournalOptions { Directory = directory, SegmentBytes = 16 << 10 };
        await using var journal = FileJournal.Open(options, options.ToLogOptions() with { FileSystem = files });
        isOpen = true;
        await using var runtime = new FlowRuntime(new() { Journal = new ObservedJournal(journal, reach), SuspendLinger = TimeSpan.Zero, MaxFruitlessResumes = 1_000 });
        var flow = new ChildFlow(effects, reach).Flow;
        runtime.Steps.Add(flow);
        output.Line("OPEN");
        using var done = new CancellationTokenSource();
        var answering = AnswerAsync(runtime, effects, done.Token);
        try
        {
            await Task.WhenAll(ContinueAsync(runtime, journal), StartAsync(runtime, flow));
        }
        catch (AgentFlowException failure)
        {
            output.Line($"FAILED {failure.GetType().Name} {failure.InnerException?.GetType().Name} {journal.Fault?.GetType().Name} {failure.Message.ReplaceLineEndings(" ")}");
            return 1;
        }
        finally
        {
            await done.CancelAsync();
            await answering;
        }

        return 0;
    }

    private async Task ContinueAsync(FlowRuntime runtime, FileJournal journal)
    {
        var open = new List<RunId>();
        await foreach (var run in journal.ListAsync(default))
        {
            if (run.IsOpen) open.Add(run.RunId);
        }

        var report = await runtime.RecoverAsync();
        foreach (var held in report.Held) output.Line($"HELD {held.RunId} {held.Reason}");
        await Task.WhenAll(open.Select(async id =>
        {
            if (await runtime.GetRunAsync<string>(id) is { } run) output.Line($"ENDED {id} {await run.Result}");
            else output.Line($"LOST {id}");
        }));
    }

    private Task StartAsync(FlowRuntime runtime, Flow<string, string> flow) => Task.WhenAll(Enumerable.Range(0, Lanes).Select(async lane =>
    {
        for (int number = lane; number < Runs; number += Lanes)
        {
            var run = await runtime.StartAsync(flow, number.ToString(CultureInfo.InvariantCulture), new() { Id = $"o-{life}-{number}" });
            output.Line($"ACCEPTED {run.Id}");
            output.Line($"ENDED {run.Id} {await run.Result}");
        }
    }));

    private static async Task AnswerAsync(FlowRuntime runtime, EffectFile effects, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            foreach (var request in runtime.Requests.Open)
            {
                try
                {
                    await AnswerAsync(runtime.Requests, effects, request);
                }
                catch (AgentFlowException)
                {
                    // The request is not open any more, or its run cannot be kept; whoever awaits the run is told.
                }
            }

            await Task.Delay(1, CancellationToken.None);
        }
    }

    /// <summary>A human who can look up what an uncertain effect has done.</summary>
    private static async Task AnswerAsync(RequestInbox requests, EffectFile effects, ApprovalRequest request)
    {
        string? text = request.Value is JsonElement { ValueKind: JsonValueKind.String } json ? json.GetString() : request.Value as string;
        if (request.Kind == RequestKind.Question) await requests.AnswerAsync(request.Id, $"yes {text}");
        else if (!effects.HasExecuted(request.RunId, request.Path.Parent!)) await requests.ApproveAsync(request.Id);
        else if (request.Name == "charge") await requests.AnswerAsync<object>(request.Id, $"charged {NumberOf(request.RunId)}");
        else await requests.AnswerAsync(request.Id, $"{text}, paid");
    }
}
