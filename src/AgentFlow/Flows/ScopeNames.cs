namespace AgentFlow;

/// <summary>Counts the uses of each name in a scope and remembers what it named first. Small scopes scan an array.</summary>
internal sealed class ScopeNames
{
    private (string Name, object Owner, int Count)[] _uses = new (string, object, int)[4];
    private int _used;
    private Dictionary<string, int>? _index;

    /// <summary>The number of this use, from 1, and the owner of the first use when there was one.</summary>
    public (int Occurrence, object? First) Next(string name, object owner)
    {
        var index = Find(name);
        if (index >= 0)
        {
            ref var use = ref _uses[index];
            return (++use.Count, use.Owner);
        }

                if (_used == _uses.Length) Array.Resize(ref _uses, _used * 2);
        _uses[_used] = (name, owner, 1);
        if (_index is not null) _index[name] = _used;
        else if (_used == 16) BuildIndex();
        _used++;
        return (1, null);
    }

    private int Find(string name)
    {
        if (_index is not null) return _index.GetValueOrDefault(name, -1);
        for (var i = 0; i < _used; i++)
        {
            if (_uses[i].Name == name) return i;
        }

        return -1;
    }

    private void BuildIndex()
    {
        _index = [];
        for (var i = 0; i <= _used; i++) _index[_uses[i].Name] = i;
    }
}
