using AgentFlow.Journaling.Files;

namespace AgentFlow.Tests.Journaling.Files;

/// <summary>What was given to a log and what it has acknowledged: the model a log is compared with.</summary>
internal sealed class Ledger
{
    private readonly SortedDictionary<string, Account> _runs = new(StringComparer.Ordinal);

    public IEnumerable<string> Runs => _runs.Where(r => !r.Value.IsRemovalSubmitted).Select(r => r.Key);

    public int Sequence(string run) => _runs.TryGetValue(run, out var account) ? account.Payloads.Count : 0;

    public void Submit(string run, IEnumerable<byte[]> payloads)
    {
        if (!_runs.TryGetValue(run, out var account)) _runs.Add(run, account = new Account());
        account.Payloads.AddRange(payloads);
        account.Boundaries.Add(account.Payloads.Count);
    }

    public void SubmitRemoval(string run) => _runs[run].IsRemovalSubmitted = true;

    /// <summary>Everything submitted so far was acknowledged.</summary>
    public void AcknowledgeAll()
    {
        foreach (var (_, account) in _runs)
        {
            account.Acknowledged = account.Payloads.Count;
            account.IsRemovalAcknowledged = account.IsRemovalSubmitted;
        }
    }

    public void Acknowledge(string run, int sequence) => _runs[run].Acknowledged = Math.Max(_runs[run].Acknowledged, sequence);

    public void AcknowledgeRemoval(string run) => _runs[run].IsRemovalAcknowledged = true;

    public Ledger Copy()
    {
        var copy = new Ledger();
        foreach (var (run, account) in _runs) copy._runs.Add(run, account.Copy());
        return copy;
    }

    /// <summary>Whether the log has everything that was submitted, acknowledged or not.</summary>
    public bool IsComplete(RecordLog log) => _runs.All(r => r.Value.IsRemovalSubmitted || (log.Find(r.Key)?.Sequence ?? 0) == r.Value.Payloads.Count);

    /// <summary>The log was opened again: what it has now is what it will have.</summary>
    public void Adopt(RecordLog log)
    {
        foreach (var (run, account) in _runs)
        {
            var info = log.Find(run);
            account.IsRemovalSubmitted = account.IsRemovalAcknowledged = info?.IsRemoved ?? false;
            if (account.IsRemovalSubmitted) continue;
            int count = (int)(info?.Sequence ?? 0);
            account.Payloads.RemoveRange(count, account.Payloads.Count - count);
            account.Boundaries.RemoveAll(b => b > count);
            account.Acknowledged = count;
        }
    }

    /// <summary>Nothing acknowledged is missing, nothing is there that was not submitted, and no append is there in part.</summary>
    public void Check(RecordLog log)
    {
        foreach (var (run, account) in _runs)
        {
            var info = log.Find(run);
            if (info is { IsRemoved: true })
            {
                if (!account.IsRemovalSubmitted) Assert.Fail($"{run} was removed and nobody asked for it");
                continue;
            }

            if (account.IsRemovalAcknowledged) Assert.Fail($"{run} came back");
            int count = (int)(info?.Sequence ?? 0);
            if (count < account.Acknowledged) Assert.Fail($"{run} has {count} records, {account.Acknowledged} were acknowledged");
            if (!account.Boundaries.Contains(count)) Assert.Fail($"{run} has {count} records, the appends end at {string.Join(", ", account.Boundaries)}");
            CheckContent(run, account, log, count);
        }

        foreach (var info in log.List())
        {
            if (!_runs.ContainsKey(info.Run)) Assert.Fail($"{info.Run} was never submitted");
        }
    }

    private static void CheckContent(string run, Account account, RecordLog log, int count)
    {
        int sequence = 0;
        foreach (var record in log.Read(run))
        {
            sequence++;
            if (record.Sequence != sequence) Assert.Fail($"{run} has record {record.Sequence} where {sequence} is due");
            if (!record.Payload.Span.SequenceEqual(account.Payloads[sequence - 1])) Assert.Fail($"{run} has another content in record {sequence}");
        }

        if (sequence != count) Assert.Fail($"{run} has {count} records by the index and {sequence} by reading");
    }

    private sealed class Account
    {
        public List<byte[]> Payloads { get; } = [];

        public List<int> Boundaries { get; } = [0];

        public int Acknowledged { get; set; }

        public bool IsRemovalSubmitted { get; set; }

        public bool IsRemovalAcknowledged { get; set; }

        public Account Copy()
        {
            var copy = new Account { Acknowledged = Acknowledged, IsRemovalSubmitted = IsRemovalSubmitted, IsRemovalAcknowledged = IsRemovalAcknowledged };
            copy.Payloads.AddRange(Payloads);
            copy.Boundaries.Clear();
            copy.Boundaries.AddRange(Boundaries);
            return copy;
        }
    }
}
