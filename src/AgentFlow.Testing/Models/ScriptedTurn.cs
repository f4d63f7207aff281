using System.Diagnostics;

namespace AgentFlow.Testing;

/// <summary>A reply in its place in the script. Guarded by the client's lock, except for what never changes.</summary>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed class ScriptedTurn(int number, ScriptedReply? reply, Action<ChatCall, ScriptedReply>? build)
{
    internal int Number { get; } = number;

    internal ScriptedReply? Reply { get; } = reply;

    internal Action<ChatCall, ScriptedReply>? Build { get; } = build;

    /// <summary>How often it may still be used; <see langword="null"/> is without end.</summary>
    internal int? Remaining { get; set; } = 1;

    internal int Uses { get; private set; }

    internal bool IsDemanded => Remaining > 0;

    /// <summary>Ids follow the script, not the order of the requests, so that parallel agents see the same ids in every run.</summary>
    internal string Id => Uses <= 1 ? $"{Number}" : $"{Number}#{Uses}";

    public override string ToString()
    {
        var text = Reply?.ToString() ?? "a reply computed from the request";
        return $"{Number}. {text}{(Remaining > 1 ? $" (× {Remaining})" : "")}";
    }

    internal void Use()
    {
        Remaining -= 1;
        Uses++;
    }
}
