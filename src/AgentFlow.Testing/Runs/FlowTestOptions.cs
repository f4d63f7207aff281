using System.Diagnostics;
using AgentFlow.Policies;

namespace AgentFlow.Testing;

/// <summary>How a <see cref="FlowTestHost"/> works. Read once by its constructor.</summary>
[DebuggerDisplay("seed {Seed}, patience {RealTimePatience}")]
public sealed class FlowTestOptions
{
    internal FlowTestOptions(FlowRuntimeOptions? runtime = null, VirtualTimeProvider? time = null)
    {
        Runtime = runtime ?? new();
        Time = time ?? Runtime.Time as VirtualTimeProvider ?? new();
    }

    /// <summary>The clock of the host, for what needs it before the host exists: a <see cref="ScriptedChatClient"/> with delays.</summary>
    public VirtualTimeProvider Time { get; }

    /// <summary>
    /// Decides in which order things happen that happen at the same instant: the same seed, the same interleaving.
    /// Default <see langword="null"/>: in the order they came.
    /// </summary>
    public int? Seed { get; set; }

    /// <summary>The policies of the runtime under test, asked in this order.</summary>
    public IList<IPolicy> Policies => Runtime.Policies;

    /// <summary>The models that agents name.</summary>
    public ModelRegistry Models => Runtime.Models;

    /// <summary>Where bodies get their services from. Default: nowhere.</summary>
    public IServiceProvider? Services
    {
        get => Runtime.Services;
        set => Runtime.Services = value;
    }

    /// <summary>
    /// Whether every recorded value goes through the serializer and back, so that the test finds what a durable journal could
    /// not keep. Default: no.
    /// </summary>
    public bool RoundTripValues
    {
        get => Runtime.RoundTripValues;
        set => Runtime.RoundTripValues = value;
    }

    /// <summary>
    /// Whether a suspended run is unloaded at once and continues from its entries, as after a restart. Default: no, it lingers
    /// for the runtime's <see cref="FlowRuntimeOptions.SuspendLinger"/> of virtual time.
    /// </summary>
    public bool UnloadSuspendedRuns { get; set; }

    /// <summary>
    /// How long, in real time and without anything happening, bodies may take that wait for something real (the thread pool, a
    /// socket, one another) before virtual time moves on. A tenth of it when somebody sleeps until the next instant, all of it
    /// when the next instant is a time-out. More than zero; default 250 ms. Bodies that wait for virtual time cost none of it.
    /// </summary>
    public TimeSpan RealTimePatience { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long, in real time, bodies may take that wait for something real while there is no virtual time to wait for; then
    /// driving fails and names them. At least the patience; default 30 seconds.
    /// </summary>
    public TimeSpan RealTimeLimit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Everything else about the runtime under test: lanes, serializer, logging. Clock and dispatcher are the host's.</summary>
    public FlowRuntimeOptions Runtime { get; }

    /// <exception cref="InvalidOptionException">An option is out of range.</exception>
    internal void Validate()
    {
        if (RealTimePatience <= TimeSpan.Zero) throw Invalid(nameof(RealTimePatience), RealTimePatience, "Use more than zero.");
        if (RealTimeLimit < RealTimePatience) throw Invalid(nameof(RealTimeLimit), RealTimeLimit, $"Use at least {nameof(RealTimePatience)}, {RealTimePatience}.");
        if (Runtime.Time != TimeProvider.System && Runtime.Time != Time) throw Invalid("Runtime.Time", Runtime.Time, "The host brings its own clock: leave it, or set a VirtualTimeProvider in the container.");
        if (Runtime.Dispatcher != Scheduling.WorkDispatcher.ThreadPool) throw Invalid("Runtime.Dispatcher", Runtime.Dispatcher, "The host brings its own dispatcher: leave it, and set Seed.");
    }

    private static InvalidOptionException Invalid(string option, object value, string cure) =>
        new($"{nameof(FlowTestOptions)}.{option}", value, cure);
}
