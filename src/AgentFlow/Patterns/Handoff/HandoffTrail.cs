using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The ways control has gone since something new came up, and whether it goes round in a circle.</summary>
internal sealed class HandoffTrail
{
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<(string From, string To)> _hops = [];
    private bool _isWarned;

    /// <summary>How many hand-offs there were since somebody outside spoke.</summary>
    public int Hops { get; private set; }

    /// <summary>Somebody outside has spoken.</summary>
    public void Hear()
    {
        Learn();
        Hops = 0;
    }

    /// <summary>What tools have found out is new when they have not said so before. What agents say to each other is not.</summary>
    public void Listen(IReadOnlyList<ChatMessage> said)
    {
        foreach (var message in said)
        {
            foreach (var content in message.Contents)
            {
                if (content is FunctionResultContent result && _known.Add(MessageParts.TextOf(result))) Learn();
            }
        }
    }

    /// <summary>What becomes of a hand-off. Changes nothing.</summary>
    public HandoffHop Judge(string from, string to)
    {
        var first = _hops.IndexOf((from, to));
        if (first < 0) return new(from, to);
        if (!_isWarned) return new(from, to, IsRefused: true);
        string[] cycle = [.. _hops.Skip(first).Select(hop => hop.From).Append(from).Distinct()];
        return new(from, to, IsRefused: true, cycle.Length > 1 ? cycle : [from, to], Math.Max(2, 1 + _hops.Count(hop => hop == (from, to))));
    }

    /// <summary>Takes note of a hand-off that was judged, now or before a restart.</summary>
    public void Note(HandoffHop hop)
    {
        if (hop.IsRefused)
        {
            _isWarned = true;
            return;
        }

        _hops.Add((hop.From, hop.To));
        Hops++;
    }

    private void Learn()
    {
        _hops.Clear();
        _isWarned = false;
    }
}
