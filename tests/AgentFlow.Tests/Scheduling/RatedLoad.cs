using AgentFlow.Scheduling;
using AgentFlow.Testing;

namespace AgentFlow.Tests.Scheduling;

/// <summary>Effects in a lane with limits per minute, in virtual time and on a seeded pump; notes when each began and what it took.</summary>
internal sealed class RatedLoad
{
    private readonly VirtualTimeProvider _time = new();
    private readonly Testing.PumpedDispatcher _dispatcher;
    private readonly Random _random;
    private readonly int? _requests;
    private readonly int? _tokens;
    private int _open;

    public RatedLoad(int? seed, int? requests, int? tokens, int concurrency, int? global = null, Func<Exception, RetryAfter?>? retryAfter = null)
    {
        (_requests, _tokens) = (requests, tokens);
        _dispatcher = seed is { } given ? new(given) : new();
        _random = new(seed ?? 0);
        var options = new SchedulerOptions { MaxConcurrentEffects = global };
        if (retryAfter is not null) options.RetryAfter = retryAfter;
        options.AddLane("lane", new Action<LaneOptions>(lane =>
        {
            lane.MaxConcurrent = concurrency;
            lane.MaxRequestsPerMinute = requests;
            lane.MaxTokensPerMinute = tokens;
        }));
        Scheduler = new EffectScheduler(options, _dispatcher, _time);
        Lane = Scheduler.FindLane("lane")!;
    }

    public EffectScheduler Scheduler { get; }

    public Lane Lane { get; }

    public List<Start> Starts { get; } = [];

    public RunQueue Queue(RunPriority priority = RunPriority.Normal) => Scheduler.CreateRunQueue(priority);

    public void Run(int effects, Func<Random, int> size, Func<Random, int, int> used, Func<Random, double> seconds, double cancelled)
    {
        RunQueue[] runs = [Queue(RunPriority.Low), Queue(), Queue(), Queue(RunPriority.High)];
        for (var i = 0; i < effects; i++)
        {
            var estimate = size(_random);
            CancellationToken token = default;
            if (_random.NextDouble() < cancelled)
            {
                var source = new CancellationTokenSource();
                _time.CreateTimer(_ => source.Cancel(), null, TimeSpan.FromSeconds(_random.NextDouble() * 200), Timeout.InfiniteTimeSpan);
                token = source.Token;
            }

            Submit($"{i}", runs[_random.Next(runs.Length)], estimate, used(_random, estimate), seconds(_random), token);
        }

        Drive();
    }

    public void Submit(string name, RunQueue run, int tokens = 0, int? used = null, double seconds = 0, CancellationToken cancellationToken = default)
    {
        _open++;
        var acquiring = Scheduler.AcquireAsync(Lane, run, cancellationToken, tokens).GetAwaiter();
        if (acquiring.IsCompleted) Begin();
        else acquiring.UnsafeOnCompleted(Begin);

        void Begin()
        {
            Slot slot;
            try
            {
                slot = acquiring.GetResult();
            }
            catch (OperationCanceledException)
            {
                _open--;
                return;
            }

            slot.Begin();
            Starts.Add(new(name, _time.Elapsed, used ?? tokens));
            _time.CreateTimer(_ => End(slot), null, TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        }

        void End(Slot slot)
        {
            if (used is { } really) slot.Settle(really);
            slot.Release();
            _open--;
        }
    }

    /// <summary>A slot that must be free.</summary>
    public Slot Take()
    {
        var acquiring = Scheduler.AcquireAsync(Lane, Queue(), CancellationToken.None).GetAwaiter();
        Assert.True(acquiring.IsCompleted);
        return acquiring.GetResult();
    }

    public void Drive()
    {
        while (_dispatcher.RunAll() > 0 || _open > 0)
        {
            if (_dispatcher.Pending == 0) Assert.True(_time.AdvanceToNextTimer(), $"{_open} effects wait for ever");
        }
    }

    public void AssertEveryWindow()
    {
        var minute = TimeSpan.FromMinutes(1);
        for (var (first, last, tokens) = (0, 0, 0L); last < Starts.Count; last++)
        {
            tokens += Starts[last].Tokens;
            while (Starts[last].At - Starts[first].At >= minute) tokens -= Starts[first++].Tokens;
            Assert.True(_requests is null || last - first + 1 <= _requests, $"{last - first + 1} begin within a minute up to {Starts[last].At}");
            Assert.True(_tokens is null || tokens <= _tokens, $"{tokens} tokens begin within a minute up to {Starts[last].At}");
        }
    }

    /// <summary>In every whole minute but the last, which nothing may be left for.</summary>
    public void AssertUsed(double share)
    {
        var minutes = Starts.GroupBy(start => (int)start.At.TotalMinutes).OrderBy(minute => minute.Key).ToList();
        Assert.True(minutes.Count > 3, $"{minutes.Count} minutes are no load");
        foreach (var minute in minutes.SkipLast(1))
        {
            var used = Math.Max(minute.Count() / (double?)_requests ?? 0, minute.Sum(start => (long)start.Tokens) / (double?)_tokens ?? 0);
            Assert.True(used >= share, $"minute {minute.Key}: {used:P1} used");
        }
    }

    public sealed record Start(string Name, TimeSpan At, int Tokens);
}
