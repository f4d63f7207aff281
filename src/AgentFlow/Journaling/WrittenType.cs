using Microsoft.Extensions.AI;

namespace AgentFlow.Journaling;

/// <summary>
/// The type that a result is written and read as. Content for a model says which kind of content it is only when it is written as
/// content: as a mere object it would come back as JSON, and the model would be sent something else than before.
/// </summary>
internal static class WrittenType
{
    private static readonly Type[] Contents = [typeof(AIContent), typeof(IList<AIContent>)];

    public static Type Of<T>(T value) => typeof(T) == typeof(object) ? Contents.FirstOrDefault(type => type.IsInstanceOfType(value)) ?? typeof(T) : typeof(T);

    /// <summary>The type by the name that an entry carries; null when a <typeparamref name="T"/> is never written as such.</summary>
    public static Type? Named<T>(string name)
    {
        if (name == TypeNames.Short(typeof(T))) return typeof(T);
        return typeof(T) == typeof(object) ? Contents.FirstOrDefault(type => name == TypeNames.Short(type)) : null;
    }
}
