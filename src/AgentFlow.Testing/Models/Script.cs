namespace AgentFlow.Testing;

/// <summary>The replies of a scripted client by section, and the rule which section serves a request. Not thread-safe.</summary>
internal sealed class Script
{
    private readonly Section _unconditional = new(null, null);
    private readonly List<Section> _sections = [];
    private Section _current;
    private ScriptedTurn? _last;
    private int _turns;

    internal Script()
    {
        _current = _unconditional;
        _sections.Add(_unconditional);
    }

    internal int Unused => _sections.Sum(static section => section.Turns.Count(static turn => turn.IsDemanded));

    internal IReadOnlyList<string> UnusedLines =>
        [.. _sections.SelectMany(static section => section.Turns, static (section, turn) => (section, turn))
            .Where(static x => x.turn.IsDemanded)
            .OrderBy(static x => x.turn.Number)
            .Select(static x => x.section.Label is { } label ? $"[when {label}] {x.turn}" : x.turn.ToString())];

    internal void When(Func<ChatCall, bool> condition, string label)
    {
        _current = new Section(condition, label);
        _sections.Add(_current);
        _last = null;
    }

    internal void Otherwise()
    {
        _current = _unconditional;
        _last = null;
    }

    internal void Add(ScriptedReply? reply, Action<ChatCall, ScriptedReply>? build)
    {
        _last = new ScriptedTurn(++_turns, reply, build);
        _current.Turns.Add(_last);
    }

    internal void Repeat(int? times, string verb)
    {
        if (_last is null)
        {
            throw new InvalidOperationException($"{verb} repeats the reply before it, and there is none here. Script a reply first.");
        }

        _last.Remaining = times;
    }

    internal ScriptedTurn? Take(ChatCall call)
    {
        var meetsCondition = false;
        foreach (var section in _sections)
        {
            if (section.Condition is { } condition && condition(call))
            {
                meetsCondition = true;
                if (section.Next() is { } turn)
                {
                    return turn;
                }
            }
        }

        // A request that belongs to a conditional section must not eat a reply meant for others.
        return meetsCondition ? null : _unconditional.Next();
    }

    private sealed class Section(Func<ChatCall, bool>? condition, string? label)
    {
        internal Func<ChatCall, bool>? Condition { get; } = condition;

        internal string? Label { get; } = label;

        internal List<ScriptedTurn> Turns { get; } = [];

        internal ScriptedTurn? Next()
        {
            var turn = Turns.Find(static turn => turn.Remaining != 0);
            turn?.Use();
            return turn;
        }
    }
}
