using System.Diagnostics;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// The span of a scope: a run or an agent's invocation. It starts with the first effect in it that is not recorded, so that a
/// replay leaves no spans. Effects find their parent here and not in the ambient activity, which a stolen branch does not have.
/// </summary>
internal sealed class ScopeSpan
{
    private readonly Lock _lock = new();
    private readonly ScopeSpan? _parent;
    private readonly string? _operation;
    private readonly string _name;
    private readonly Action<Activity>? _describe;
    private ActivityContext _context;
    private Activity? _activity;
    private UsageDetails? _usage;
    private bool _isStarted;
    private bool _isOver;

    /// <summary>The place below which a run's spans hang: no span of our own.</summary>
    public ScopeSpan(ActivityContext remote)
    {
        _context = remote;
        _name = "";
        _isStarted = true;
    }

    public ScopeSpan(ScopeSpan? parent, string operation, string name, Action<Activity> describe)
    {
        _parent = parent;
        _operation = operation;
        _name = name;
        _describe = describe;
    }

    /// <summary>Starts the span if it has not started, and makes it the ambient one of the caller's async flow.</summary>
    public void MakeCurrent()
    {
        Start();
        if (Open() is { } activity) Activity.Current = activity;
    }

    /// <summary>Starts the span if it has not started.</summary>
    /// <returns>The parent of what is inside; of the spans around it when this one is not sampled.</returns>
    /// <summary>Adds to the tokens that the span reports.</summary>
    public void Count(UsageDetails? usage)
    {
        if (usage is null) return;
        lock (_lock) (_usage ??= new()).Add(usage);
    }

    /// <summary>Ends the span, if it has started. Once.</summary>
    public void Stop(string? errorType = null)
    {
        lock (_lock)
        {
            if (_isOver) return;
            _isOver = true;
        }

        if (errorType is not null) RunTelemetry.Fail(_activity, errorType);
        if (_activity is null) return;
        if (_usage is not null) ChatSpan.Count(_activity, _usage);
        RunTelemetry.Stop(_activity);
    }

    public ActivityContext Start()
    {
        lock (_lock)
        {
            if (_isStarted) return _context;
            _isStarted = true;
            _context = _parent?.Start() ?? default;
            if (_isOver) return _context;
            _activity = Observers.Guard(this, static span => span.Create());
            if (_activity is null) return _context;
            var ambient = Activity.Current;
            Observers.Guard(_activity, static activity => activity.Start());
            Activity.Current = ambient;
            return _context = _activity.Context;
        }
    }

    private Activity? Create()
    {
        var activity = AgentFlowTelemetry.Source.CreateActivity($"{_operation} {_name}", ActivityKind.Internal, _context, [new(SpanTags.Operation, _operation)]);
        if (activity is not null) _describe!(activity);
        return activity;
    }

    /// <summary>The innermost span that is sampled.</summary>
    private Activity? Open() => _activity ?? _parent?.Open();
}
