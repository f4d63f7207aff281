using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AgentFlow;

/// <summary>
/// Names and types of all that the JSON of a type consists of, as a number: a type that has got one property more is another one, and so is
/// one whose parts have.
/// </summary>
internal static class TypeShape
{
    public static uint Of(JsonTypeInfo type)
    {
        var seen = new Dictionary<Type, int>();
        var hash = Of(type, seen, 0);
        return (uint)(hash ^ hash >> 32);
    }

    private static ulong Of(JsonTypeInfo type, Dictionary<Type, int> seen, ulong hash)
    {
        hash = StableHash.Of($"{type.Kind} {TypeNames.Short(type.Type)}", PrintHash.Mix(hash, 1));
        if (!seen.TryAdd(type.Type, seen.Count)) return PrintHash.Mix(hash, (ulong)seen[type.Type]);
        if (type.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var property in type.Properties.Where(static property => property.Get is not null).OrderBy(static property => property.Name, StringComparer.Ordinal))
            {
                hash = StableHash.Of(property.Name, PrintHash.Mix(hash, 2));
                hash = Of(property.PropertyType, type.Options, seen, hash);
            }
        }

        // A converter of a generic type (a tuple's, for one) writes its arguments.
        IEnumerable<Type> parts = type.Kind == JsonTypeInfoKind.None ? type.Type.GetGenericArguments() : [.. new[] { type.KeyType, type.ElementType }.OfType<Type>()];
        foreach (var part in parts) hash = Of(part, type.Options, seen, hash);
        foreach (var derived in type.PolymorphismOptions?.DerivedTypes ?? []) hash = Of(derived.DerivedType, type.Options, seen, hash);
        return hash;
    }

    private static ulong Of(Type type, JsonSerializerOptions options, Dictionary<Type, int> seen, ulong hash) =>
        options.TryGetTypeInfo(type, out var info) ? Of(info, seen, hash) : StableHash.Of(TypeNames.Short(type), PrintHash.Mix(hash, 3));
}
