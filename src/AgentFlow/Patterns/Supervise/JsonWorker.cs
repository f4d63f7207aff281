using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentFlow;

/// <summary>A worker that a model can be shown: what it takes as a schema.</summary>
internal interface IJsonWorker
{
    /// <summary>The schema of its tasks; null where they are text.</summary>
    JsonElement? TakesIn(JsonSerializerOptions json);
}

/// <summary>A worker under a supervisor that is a model: task and result are JSON.</summary>
internal sealed class JsonWorker<TIn, TOut>(Step<TIn, TOut> inner) : StandIn<JsonElement, TIn, TOut, JsonElement>(inner), IJsonWorker
{
    private Binding? _last;

    public JsonElement? TakesIn(JsonSerializerOptions json) => Bind(json).Schema?.Schema;

    internal override async ValueTask<JsonElement> InvokeAsync(FlowContext scope, StepPath path, JsonElement input)
    {
        var bound = Bind(scope.Run.Runtime.Json);
        var result = await Inner.InvokeAsync(scope, path, bound.Read(input)).ConfigureAwait(false);
        return JsonSerializer.SerializeToElement(result, bound.Output);
    }

    private Binding Bind(JsonSerializerOptions json) => _last is { } last && ReferenceEquals(last.Json, json) ? last : _last = new(json);

    private sealed class Binding(JsonSerializerOptions json)
    {
        private readonly JsonTypeInfo<TIn> _input = JsonText.TypeOf<TIn>(json);

        public JsonSerializerOptions Json => json;

        public JsonTypeInfo<TOut> Output { get; } = JsonText.TypeOf<TOut>(json);

        public WrappedSchema? Schema { get; } = typeof(TIn) == typeof(string) ? null : WrappedSchema.Of(typeof(TIn), json, "task");

        public TIn Read(JsonElement task)
        {
            if (Schema is null) return (TIn)(object)(task.ValueKind == JsonValueKind.String ? task.GetString()! : task.GetRawText());
            try
            {
                var value = Schema.Unwrap(task);
                if (Schema.Rule.Problem(value, json) is { } problem) throw new TaskMisfitException(problem);
                return value.Deserialize(_input) ?? throw new TaskMisfitException("it is null");
            }
            catch (Exception exception) when (exception is not TaskMisfitException)
            {
                throw new TaskMisfitException(JsonText.Problem(exception), exception);
            }
        }
    }
}

/// <summary>A task that a model has written does not fit what the worker takes.</summary>
internal sealed class TaskMisfitException(string problem, Exception? innerException = null)
    : AgentFlowException($"The task does not fit what the worker takes: {problem}. Delegate it again with a task that fits its schema.", innerException);
