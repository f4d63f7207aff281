using System.Buffers;
using System.Text;

namespace AgentFlow;

internal static class StepName
{
    private const int MaxLength = 200;
    private const string Suffix = "Step";
    private static readonly SearchValues<char> Reserved = SearchValues.Create("/#~\r\n\t");

    public static string Validate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (string.IsNullOrWhiteSpace(name) || name.Length > MaxLength || name.AsSpan().ContainsAny(Reserved))
        {
            throw new ArgumentException(
                $"'{name}' is not a step name. Use 1 to {MaxLength} characters without '/', '#', '~' and line breaks: they separate the segments of a path.",
                nameof(name));
        }

        if (!IsText(name))
        {
            throw new ArgumentException($"'{Visible(name)}' is not a step name: it has a control character, a line separator or half of a character pair, which journals and logs cannot keep.", nameof(name));
        }

        if (name[0] == '(')
        {
            throw new ArgumentException($"'{name}' is not a step name: segments that begin with '(' are the engine's own.", nameof(name));
        }

        if (!name.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            throw new ArgumentException($"'{name}' is not a step name: a bare number in a path is the index of a branch, an item or an iteration.", nameof(name));
        }

        return name;
    }

    private static bool IsText(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (char.IsControl(name[i]) || name[i] is '\u2028' or '\u2029') return false;
            if (!char.IsSurrogate(name[i])) continue;
            if (i + 1 == name.Length || !char.IsSurrogatePair(name[i], name[i + 1])) return false;
            i++;
        }

        return true;
    }

    private static string Visible(string name) =>
        string.Concat(name.Select(character => char.IsControl(character) || char.IsSurrogate(character) || character is '\u2028' or '\u2029' ? $"\\u{(int)character:x4}" : $"{character}"));

    /// <summary>A class name as a step name: <c>OcrPageStep</c> becomes <c>ocr-page</c>, <c>Save&lt;Order&gt;</c> becomes <c>save-order</c>.</summary>
    public static string Of(Type type)
    {
        var mark = type.Name.IndexOf('`', StringComparison.Ordinal);
        var name = mark < 0 ? type.Name : type.Name[..mark];
        if (name.Length > Suffix.Length && name.EndsWith(Suffix, StringComparison.Ordinal)) name = name[..^Suffix.Length];
        var parts = type.GetGenericArguments().Select(Of).Prepend(Kebab(name));
        return string.Join('-', parts);
    }

    private static string Kebab(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var startsWord = i > 0 && char.IsUpper(name[i]) && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])));
            if (startsWord && text[^1] is not ('-' or '_')) text.Append('-');
            text.Append(char.ToLowerInvariant(name[i]));
        }

        return text.ToString();
    }
}

internal static class TypeNames
{
    /// <summary>A type as a reader would write it: <c>List&lt;string&gt;</c>, <c>(Coverage, Damage)</c>.</summary>
    public static string Short(Type type)
    {
        if (type.IsArray) return Short(type.GetElementType()!) + "[]";
        if (!type.IsGenericType) return Keyword(type);
        if (Nullable.GetUnderlyingType(type) is { } value) return Short(value) + "?";
        var arguments = string.Join(", ", type.GetGenericArguments().Select(Short));
        if (type.FullName!.StartsWith("System.ValueTuple`", StringComparison.Ordinal)) return $"({arguments})";
        return $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{arguments}>";
    }

    private static string Keyword(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => type.Name,
        TypeCode.String => "string",
        TypeCode.Int32 => "int",
        TypeCode.Int64 => "long",
        TypeCode.Boolean => "bool",
        TypeCode.Double => "double",
        TypeCode.Decimal => "decimal",
        TypeCode.Object when type == typeof(object) => "object",
        _ => type.Name,
    };
}
