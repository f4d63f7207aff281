using AgentFlow.Tests.Samples;

namespace InsuranceClaims.Tests.Running;

/// <summary>What is in the journal is not done again, whatever has ended the program.</summary>
public sealed class ResumeTests : IDisposable
{
    private static readonly string[] Names = ["01-burst-pipe", "02-kitchen-fire", "14-wohnungsbrand", "16-glasbruch"];
    private static readonly string[] Files = [.. Names.Select(AppRun.Claim)];
    private readonly ClaimFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(6)]
    [InlineData(14)]
    [InlineData(30)]
    public async Task A_killed_program_continues_and_makes_no_recorded_call_again(int calls)
    {
        var (all, firsts) = await UninterruptedAsync();
        await using (var killed = Start("first.log", pace: 60, Files))
        {
            await Poll.UntilAsync(() => _folder.Calls("first.log") is var made && made.Length >= calls && !firsts.Except(made).Any());
            await killed.KillAsync();
        }

        var recorded = await _folder.RecordedAsync();
        Assert.InRange(recorded, 1, all.Length - 1);
        Assert.Empty(_folder.Letters);

        await using (var resumed = Start("second.log", pace: 0, "--resume"))
        {
            Assert.Equal(ExitCodes.Done, await resumed.EndAsync());
            Assert.Contains($"from the journal: {recorded} model calls", resumed.Output, StringComparison.Ordinal);
            Assert.Contains($"made now: {all.Length - recorded} and", resumed.Output, StringComparison.Ordinal);
        }

        Assert.Equal(Names, _folder.Letters);
        Assert.Equal(all.Length - recorded, _folder.Calls("second.log").Length);
        Assert.Equal(all.Distinct(), _folder.Calls("first.log").Concat(_folder.Calls("second.log")).Distinct().Order(StringComparer.Ordinal));

        await using var again = Start("third.log", pace: 0, Files);
        Assert.Equal(ExitCodes.Done, await again.EndAsync());
        Assert.Contains($"from the journal: {all.Length} model calls", again.Output, StringComparison.Ordinal);
        Assert.Empty(_folder.Calls("third.log"));
    }

    [Fact]
    public async Task Whoever_was_asked_when_the_program_ended_is_asked_again()
    {
        using (var thinking = new SlowPerson())
        using (var app = new AppRun { Keyboard = thinking }.With("CLAIMS_MODEL_LOG", _folder.Log("first.log")))
        using (var stop = new CancellationTokenSource())
        {
            var running = app.RunAsync(stop.Token, AppRun.Claim("02-kitchen-fire"), "--journal", _folder.Journal);
            await thinking.Asked.WaitAsync(Poll.Limit);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }

        using var next = new AppRun { Typed = "12.500\n" }.With("CLAIMS_MODEL_LOG", _folder.Log("second.log"));
        Assert.Equal(ExitCodes.Done, await next.RunAsync("--journal", _folder.Journal, "--resume"));
        Assert.Contains("Pay €22,900.00 to Thomas Brennan?", next.Screen, StringComparison.Ordinal);
        Assert.Contains("- paid: 12,500.00\n- person: Modified by adjuster\n", next.List, StringComparison.Ordinal);
        Assert.Contains("€12,500.00", next.Letter("02-kitchen-fire"), StringComparison.Ordinal);
        Assert.Contains($"from the journal: {_folder.Calls("first.log").Length} model calls", next.Screen, StringComparison.Ordinal);
        Assert.Empty(_folder.Calls("first.log").Intersect(_folder.Calls("second.log")));
    }

    [Fact]
    public async Task Another_content_under_the_same_name_is_another_claim()
    {
        var file = _folder.Log("claim.txt");
        for (var version = 1; version <= 2; version++)
        {
            await File.WriteAllTextAsync(file, await File.ReadAllTextAsync(AppRun.Claim("16-glasbruch")) + new string('\n', version) + version);
            using var app = new AppRun();
            Assert.Equal(ExitCodes.Done, await app.RunAsync(file, "--journal", _folder.Journal));
            Assert.Contains("from the journal: 0 model calls", app.Screen, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_journal_that_is_not_there_or_in_use_is_told_on_the_error_stream()
    {
        using var nothing = new AppRun();
        Assert.Equal(ExitCodes.NoInput, await nothing.RunAsync("--resume", "--journal", _folder.Journal));
        Assert.Contains(_folder.Journal, nothing.Errors, StringComparison.Ordinal);

        using var journal = AgentFlow.Journaling.FileJournal.Open(_folder.Journal);
        using var locked = new AppRun();
        Assert.Equal(ExitCodes.JournalFailed, await locked.RunAsync("--resume", "--journal", _folder.Journal));
        Assert.Contains(_folder.Journal, locked.Errors, StringComparison.Ordinal);
    }

    /// <summary>The calls of a program that nobody kills, and those that claims begin with.</summary>
    private async Task<(string[] All, IReadOnlyList<string> Firsts)> UninterruptedAsync()
    {
        var firsts = new List<string>();
        foreach (var file in Files)
        {
            var log = $"{Path.GetFileName(file)}.log";
            using var app = new AppRun().With("CLAIMS_MODEL_LOG", _folder.Log(log));
            Assert.Equal(ExitCodes.Done, await app.RunAsync(file, "--approve", "all"));
            firsts.Add(File.ReadLines(_folder.Log(log)).First());
        }

        return ([.. Files.SelectMany(file => _folder.Calls($"{Path.GetFileName(file)}.log")).Order(StringComparer.Ordinal)], firsts);
    }

    private SampleProcess Start(string log, int pace, params string[] arguments) => SampleProcess.Start(
        "InsuranceClaims.dll",
        new Dictionary<string, string> { ["CLAIMS_MODEL_LOG"] = _folder.Log(log), ["CLAIMS_PACE_MS"] = $"{pace}", ["OPENAI_API_KEY"] = "" },
        [.. arguments, "--journal", _folder.Journal, "--out", _folder.Out, "--approve", "all"]);

    /// <summary>Says nothing until the test is over.</summary>
    private sealed class SlowPerson : TextReader
    {
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _over = new();

        public Task Asked => _asked.Task;

        public override string? ReadLine()
        {
            _asked.TrySetResult();
            _over.Wait();
            return null;
        }

        protected override void Dispose(bool disposing)
        {
            _over.Set();
            base.Dispose(disposing);
        }
    }
}
