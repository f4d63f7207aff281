using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace AgentFlow.Tests.Shared;

/// <summary>
/// The public API of an assembly as text, compared with an approved file. To approve a change on purpose, run the test once
/// with AGENTFLOW_APPROVE=1 and commit the file.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static void Check(Assembly assembly, [CallerFilePath] string testFile = "")
    {
        var actual = Describe(assembly);
        var path = Path.Combine(Path.GetDirectoryName(testFile)!, $"{assembly.GetName().Name}.approved.txt");
        if (Environment.GetEnvironmentVariable("AGENTFLOW_APPROVE") == "1") File.WriteAllText(path, actual);
        var approved = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "";
        var added = actual.Split('\n').Except(approved.Split('\n')).ToList();
        var removed = approved.Split('\n').Except(actual.Split('\n')).ToList();
        Assert.True(actual == approved,
            $"The public API of {assembly.GetName().Name} differs from {Path.GetFileName(path)}. Approve it with AGENTFLOW_APPROVE=1 if that is meant.\n"
            + string.Join('\n', removed.Select(line => $"- {line}").Concat(added.Select(line => $"+ {line}"))));
    }

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(Name(type));
            var bases = type.GetInterfaces().Where(i => i.IsPublic).Select(Name).Order(StringComparer.Ordinal).ToList();
            if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum)) bases.Insert(0, Name(parent));
            if (bases.Count > 0 && !type.IsEnum) text.Append(" : ").AppendJoin(", ", bases);
            text.Append('\n');
            foreach (var line in Members(type).Order(StringComparer.Ordinal)) text.Append("  ").Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum) return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToInt64(Enum.Parse(type, name), null)}");
        return type.GetMembers(Declared).Where(member => member is not Type && !member.Name.Contains('<')).SelectMany(Member);
    }

    private static IEnumerable<string> Member(MemberInfo member)
    {
        switch (member)
        {
            case FieldInfo field when IsVisible(field.Attributes):
                yield return $"{Name(field.FieldType)} {field.Name}";
                break;
            case ConstructorInfo constructor when IsVisible(constructor):
                yield return $".ctor({Parameters(constructor)})";
                break;
            case PropertyInfo property when property.GetAccessors(true).Any(IsVisible):
                var accessors = property.GetAccessors(true).Where(IsVisible).Select(a => a.ReturnType == typeof(void) ? IsInit(a) ? "init" : "set" : "get");
                yield return $"{Name(property.PropertyType)} {property.Name} {{ {string.Join("; ", accessors.Order(StringComparer.Ordinal))} }}";
                break;
            case MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)):
                var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(a => a.Name))}>" : "";
                yield return $"{(method.IsStatic ? "static " : "")}{Name(method.ReturnType)} {method.Name}{generic}({Parameters(method)})";
                break;
        }
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsVisible(FieldAttributes attributes) =>
        (attributes & FieldAttributes.FieldAccessMask) is FieldAttributes.Public or FieldAttributes.Family or FieldAttributes.FamORAssem
        && (attributes & FieldAttributes.SpecialName) == 0;

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : "")}"));

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        _ when typeof(Delegate).IsAssignableFrom(type) => "delegate",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static string Name(Type type)
    {
        if (type.IsGenericParameter) return type.Name;
        if (type.IsByRef) return $"ref {Name(type.GetElementType()!)}";
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        var name = (type.FullName ?? $"{type.Namespace}.{type.Name}").Split('[')[0];
        if (!type.IsGenericType) return name;
        var bare = string.Join('.', name.Split('+').Select(part => part.Split('`')[0]));
        return $"{bare}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }
}
