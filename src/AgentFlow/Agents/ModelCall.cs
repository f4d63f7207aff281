using System.Runtime.ExceptionServices;
using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// What belongs to one model call beside its content: who calls whom, which model has its turn, and what is learnt while it runs.
/// The models are looked up when something first asks for them, which a replayed call never does.
/// </summary>
internal sealed class ModelCall(string agent, ModelSource source, IReadOnlyList<AITool> tools, FlowRuntime runtime, IConversation conversation) : IRoutedEffect
{
    private ModelRequest? _request;
    private ModelRoute? _route;
    private ExceptionDispatchInfo? _unresolved;
    private List<string>? _notes;
    private int _turn;
    private long _ticks;
    private TextStream? _text;

    public string Agent => agent;

    public ModelSource Source => source;

    public IConversation Conversation => conversation;

    /// <summary>The name of the model that has its turn; null when it has none.</summary>
    public string? Name => _turn == 0 && source.Choice is null ? source.Name : TryCurrent()?.Name;

    /// <summary>The model that has its turn.</summary>
    /// <exception cref="UnknownModelException">There is no such model.</exception>
    /// <exception cref="ModelChoiceException">No model is what the choice asks for.</exception>
    public ResolvedModel Current
    {
        get
        {
            var current = TryCurrent();
            _unresolved?.Throw();
            return current!;
        }
    }

    /// <summary>Why this model answers, when there was something to choose or to fall back from.</summary>
    public string? Reason
    {
        get
        {
            if (_notes is null) return _route?.Reason;
            var reasons = string.Join("; ", _route?.Reason is { } reason ? [reason, .. _notes] : _notes);
            return $"{reasons}; '{Name}' stands in";
        }
    }

    /// <summary>The circuit around the model that has its turn; null when no other could stand in for it.</summary>
    public ModelCircuit? Circuit => _route is { Models.Count: > 1 } && Current.Entry is { } entry ? runtime.CircuitOf(entry) : null;

    public string? Lane => TryCurrent()?.Entry?.Info.Lane;

    /// <summary>The time spent in the models' clients, all attempts together.</summary>
    public TimeSpan Elapsed => new(Interlocked.Read(ref _ticks));

    /// <summary>Whether another model than the first has its turn.</summary>
    public bool StandsIn => _turn > 0;

    /// <summary>Whether the response is another call's.</summary>
    public bool IsCached { get; set; }

    private bool HasNext => _route is not null && _turn < _route.Models.Count - 1;

    /// <summary>The first request of the call is what a choice goes by.</summary>
    public void Belongs(ModelRequest request) => _request ??= request;

    /// <summary>The model that has its turn, or null when there is none; never throws.</summary>
    public ResolvedModel? TryCurrent()
    {
        if (_route is null && _unresolved is null) Resolve();
        return _route?.Models[_turn];
    }

    /// <summary>The first tool of a request that the agent was not given, or null.</summary>
    public AITool? Foreign(ModelRequest request)
    {
        if (request.Options.Tools is not { } shown) return null;
        for (var i = 0; i < shown.Count; i++)
        {
            if (!tools.Contains(shown[i])) return shown[i];
        }

        return null;
    }

    public void BeginTurn()
    {
        _ = Current;
        while (HasNext && Circuit is { IsOpen: true })
        {
            Note($"'{Current.Name}' is left out while its circuit is open");
            _turn++;
        }
    }

    /// <summary>Not after somebody has read a part of the answer.</summary>
    public bool FallsBack(Exception exception) => HasNext && Volatile.Read(ref _text) is not { HasPublished: true } && runtime.Models.IsOutage(exception);

    public void NextTurn(Exception exception)
    {
        Note($"'{Current.Name}' failed with {EffectOutcome.TypeOf(exception)}");
        _turn++;
    }

    /// <summary>Begins the text of an attempt; that of an earlier one, left behind, is void.</summary>
    public TextStream Begin(TextStream text)
    {
        Interlocked.Exchange(ref _text, text)?.Discard();
        return text;
    }

    public void Spent(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);

    private void Note(string note) => (_notes ??= []).Add(note);

    private void Resolve()
    {
        try
        {
            _route = source.Route(runtime, agent, _request!);
        }
        catch (Exception exception)
        {
            // Kept for whoever calls the model: describing a call that has no model must not fail.
            _unresolved = ExceptionDispatchInfo.Capture(exception);
        }
    }
}
