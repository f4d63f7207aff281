using AgentFlow.Policies;
using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <content>The model and how it is called.</content>
public sealed partial class AgentBuilder<TIn, TOut>
{
    /// <summary>
    /// Names the model. The name is resolved at every call: <see cref="FlowRuntime.Models"/> first, then an
    /// <see cref="IChatClient"/> that the service container has under this key. Without a model the agent uses the runtime's only one.
    /// </summary>
    /// <param name="name">The name.</param>
    public AgentBuilder<TIn, TOut> Model(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _model = new(name, null, null);
        return this;
    }

    /// <summary>Gives the agent a model client of its own.</summary>
    /// <param name="client">The client; its lifetime stays the caller's.</param>
    /// <param name="price">What it costs, for the cost in reports and budgets.</param>
    public AgentBuilder<TIn, TOut> Model(IChatClient client, ModelPrice? price = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        _model = new((client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId, client, price);
        return this;
    }

    /// <summary>Says what the model must be, and lets the runtime's catalog say which one is: <c>.Model(m =&gt; m.Tier("fast").Capability("vision").Cheapest())</c>.</summary>
    /// <remarks>The choice is made anew for every model call; the call's entry says which model answered and why.</remarks>
    /// <param name="choose">Makes the choice of <see cref="ModelChoice.Any"/>. Called at once.</param>
    public AgentBuilder<TIn, TOut> Model(Func<ModelChoice, ModelChoice> choose)
    {
        ArgumentNullException.ThrowIfNull(choose);
        return Model(choose(ModelChoice.Any));
    }

    /// <summary>Says what the model must be, and lets the runtime's catalog say which one is.</summary>
    /// <param name="choice">The choice.</param>
    /// <inheritdoc cref="Model(Func{ModelChoice, ModelChoice})" path="/remarks"/>
    public AgentBuilder<TIn, TOut> Model(ModelChoice choice)
    {
        ArgumentNullException.ThrowIfNull(choice);
        _model = ModelSource.Unnamed with { Choice = choice };
        return this;
    }

    /// <summary>
    /// Lets other models stand in when the model has an outage (see <see cref="ModelRegistry.IsOutage"/>), in this order; in place of those
    /// that the catalog names for the model. Each gets all the attempts that a model call has.
    /// </summary>
    /// <remarks>
    /// Policies are asked again before another model is called. Nothing falls back after a reader of the run's events was given a part of the
    /// answer. Without any model here, a model of the catalog has no stand-in for this agent.
    /// </remarks>
    /// <param name="models">Names of models.</param>
    /// <exception cref="ArgumentException">A name is empty or given twice.</exception>
    public AgentBuilder<TIn, TOut> FallbackTo(params IEnumerable<string> models)
    {
        _fallbacks = ModelNames.Distinct(models);
        return this;
    }

    /// <summary>
    /// Lets a response serve every later call that is the same: the same model, conversation, options and tools. For agents whose answers may
    /// be repeated. Equal calls in flight become one. Without a <see cref="FlowRuntimeOptions.ModelCache"/> every call is made.
    /// </summary>
    /// <remarks>
    /// Request policies are asked before a hit, result policies after it. A hit takes no slot of a lane and costs nothing; its entry says so
    /// (<see cref="Journaling.EffectDetail.IsCached"/>). Not kept are failures, answers that were cut off or filtered, and those of a model that
    /// stood in; never compared are calls with a conversation id or a raw representation of their own.
    /// </remarks>
    /// <param name="lifetime">When a response is forgotten, more than zero and at most 3650 days.</param>
    /// <param name="scope">Who shares the responses. Never several tenants.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public AgentBuilder<TIn, TOut> CacheResponses(TimeSpan lifetime, ModelCacheScope scope = ModelCacheScope.Tenant)
    {
        _cache = new(OptionRange.Within(lifetime, TimeSpan.FromMilliseconds(1), OptionRange.Longest, nameof(lifetime)), OptionRange.Defined(scope, nameof(scope)));
        return this;
    }

    /// <summary>Sets temperature, output limit, reasoning and the like, for every model call of the agent.</summary>
    /// <remarks>
    /// The options are copied by <c>Build()</c> and for every call: what is done to them afterwards has no effect. Tools and response
    /// format are the agent's own. A <see cref="ChatOptions.RawRepresentationFactory"/> is the host's own code and passes as it is.
    /// </remarks>
    /// <param name="configure">Called at once.</param>
    public AgentBuilder<TIn, TOut> Options(Action<ChatOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(_options);
        return this;
    }

    /// <summary>Runs every effect of the agent that has no lane of its own under a named limit of the runtime.</summary>
    /// <param name="name">A lane of <see cref="Scheduling.SchedulerOptions"/>.</param>
    public AgentBuilder<TIn, TOut> Lane(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _lane = name;
        return this;
    }

    /// <summary>Retries a failed model call with exponential back-off and jitter.</summary>
    /// <param name="retries">Additional attempts after the first, at least 1.</param>
    /// <param name="delay">The first back-off, doubled each time; 1 second when not given.</param>
    /// <exception cref="ArgumentOutOfRangeException">Fewer than one retry, or a negative delay.</exception>
    public AgentBuilder<TIn, TOut> Retry(int retries, TimeSpan? delay = null) => ModelCalls(calls => calls.Retry(retries, delay));

    /// <summary>Limits the time of one attempt of a model call. For the agent as a whole: <c>Then(agent, o =&gt; o.Timeout(…))</c>.</summary>
    /// <param name="timeout">More than zero.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive.</exception>
    public AgentBuilder<TIn, TOut> Timeout(TimeSpan timeout) => ModelCalls(calls => calls.Timeout(timeout));

    /// <summary>Configures how each model call is executed: retry, timeout, circuit breaker, hedging, lane.</summary>
    /// <param name="configure">Called at once.</param>
    public AgentBuilder<TIn, TOut> ModelCalls(Action<StepOptions<ModelRequest, ChatResponse>> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        configure(_modelCalls);
        return this;
    }
}
