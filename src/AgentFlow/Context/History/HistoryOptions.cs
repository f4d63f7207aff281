using AgentFlow.Conversations;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>
/// How an agent's conversation stays inside its model's window: <c>h =&gt; h.Window(128_000).Summarize()</c>. Every method returns the same
/// instance. Used during building only, not thread-safe, frozen afterwards.
/// </summary>
/// <remarks>
/// When a conversation is longer than the window, its oldest messages are left out, down to three quarters of the window. Instructions, the
/// first message of a user, the prompt of the invocation and the last turn stay; a tool call and its result stay or go together; a text that
/// is too long by itself loses its middle, and says so. What was left out is a decision in the journal, before the model call.
/// </remarks>
public sealed class HistoryOptions
{
    private int? _window;
    private int? _reserve;
    private int? _keepLast;
    private bool _isSummarized;
    private string? _summaryModel;
    private int _summaryTokens = 1_000;
    private ITokenCounter _counter = TokenEstimate.Default;
    private ReduceStep? _reduce;

    internal HistoryOptions()
    {
    }

    /// <summary>Says how many tokens the model's window has. Not needed where the runtime knows the model's context size.</summary>
    /// <param name="tokens">Input and answer together, at least 256.</param>
    /// <param name="reserve">How many of them are kept for the answer; when not given, the agent's MaxOutputTokens, or else a quarter of the window and at most 4,096.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too small, or a reserve that is not smaller than the window.</exception>
    public HistoryOptions Window(int tokens, int? reserve = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 256);
        if (reserve is { } kept)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(kept, nameof(reserve));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(kept, tokens, nameof(reserve));
        }

        (_window, _reserve) = (tokens, reserve);
        return this;
    }

    /// <summary>Lets no more than so many messages stay, beside those that always do: a sliding window.</summary>
    /// <param name="messages">At least 1. A tool call and its result are two or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one.</exception>
    public HistoryOptions KeepLast(int messages)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(messages, 1);
        _keepLast = messages;
        return this;
    }

    /// <summary>
    /// Lets a model sum up what is left out; the summary stands in its place, as data. The call is an effect like any other: judged, counted,
    /// recorded. When it fails, the conversation goes on without a summary.
    /// </summary>
    /// <param name="model">The model that writes it; the agent's own when not given.</param>
    /// <param name="tokens">How long it may be, 32 or more. Default: 1,000, and at most a quarter of what messages may have.</param>
    /// <exception cref="ArgumentOutOfRangeException">Too short.</exception>
    public HistoryOptions Summarize(string? model = null, int tokens = 1_000)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tokens, 32);
        (_isSummarized, _summaryModel, _summaryTokens) = (true, model, tokens);
        return this;
    }

    /// <summary>
    /// Asks a reducer of Microsoft.Extensions.AI before the rules here, whenever the conversation is longer than the window or
    /// <see cref="KeepLast"/>; without both, before every model call. Its result is recorded: a replay does not ask again.
    /// </summary>
    /// <remarks>
    /// Calls and results that it tore apart are left out. A reducer that calls a model does so as a step of its own, which policies judge as
    /// <see cref="Policies.PolicyOperation.RunStep"/>: <see cref="Summarize"/> is judged as the model call that it is.
    /// </remarks>
    /// <param name="reducer">The reducer; thread-safe, because the agent's runs share it.</param>
    public HistoryOptions Reduce(IChatReducer reducer)
    {
        ArgumentNullException.ThrowIfNull(reducer);
        _reduce = new(reducer);
        return this;
    }

    /// <summary>Counts with something better than the estimate.</summary>
    /// <param name="counter">Pure and thread-safe.</param>
    public HistoryOptions Count(ITokenCounter counter)
    {
        ArgumentNullException.ThrowIfNull(counter);
        _counter = counter;
        return this;
    }

    internal HistoryPlan Freeze() => new()
    {
        Window = _window,
        Reserve = _reserve,
        KeepLast = _keepLast,
        IsSummarized = _isSummarized,
        Summarizer = _summaryModel is null ? null : new(_summaryModel, null, null),
        SummaryTokens = _summaryTokens,
        Counter = _counter,
        Reduce = _reduce,
    };
}

/// <summary>The frozen form of <see cref="HistoryOptions"/>.</summary>
internal sealed record HistoryPlan
{
    /// <summary>What agents do of which nobody has said anything: they stay inside a window that is known.</summary>
    public static readonly HistoryPlan Default = new();

    public int? Window { get; init; }

    public int? Reserve { get; init; }

    public int? KeepLast { get; init; }

    public bool IsSummarized { get; init; }

    public ModelSource? Summarizer { get; init; }

    public int SummaryTokens { get; init; }

    public ITokenCounter Counter { get; init; } = TokenEstimate.Default;

    public ReduceStep? Reduce { get; init; }

    /// <summary>What messages may have of a window, or null when nobody knows the window.</summary>
    public int? BudgetOf(int? contextTokens, ChatOptions options, IReadOnlyList<AITool> tools)
    {
        if ((Window ?? contextTokens) is not { } window) return null;
        var reserve = Reserve ?? Math.Min(options.MaxOutputTokens ?? Math.Min(4_096, window / 4), window);
        return window - reserve - RequestTokens.Of(tools, options.ResponseFormat, Counter);
    }
}
