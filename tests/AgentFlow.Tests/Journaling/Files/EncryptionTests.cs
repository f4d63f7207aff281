using System.Text;
using AgentFlow.Journaling.Files;
using static AgentFlow.Tests.Journaling.Files.TestLog;

namespace AgentFlow.Tests.Journaling.Files;

public sealed class EncryptionTests
{
    private readonly SimulatedDisk _disk = new();
    private readonly KeyRing _keys = new();

    [Fact]
    public void A_payload_under_a_key_is_not_on_the_disk_and_is_read_in_clear()
    {
        var log = OpenWithKeys();
        Write(log, "a", "a very secret text", "tenant-1");
        log.Write("b", "an open text");
        Assert.False(IsOnDisk("secret"));
        Assert.True(IsOnDisk("open"));
        log.Close();
        log = OpenWithKeys();
        Assert.Equal(["a very secret text"], log.Texts("a"));
        Assert.Equal("tenant-1", log.Read("a").Single().Key);
    }

    [Fact]
    public void Destroying_a_key_erases_its_payloads_and_leaves_hashes_and_other_keys_valid()
    {
        var log = OpenWithKeys();
        Write(log, "a", "one", "tenant-1");
        Write(log, "a", "two", "tenant-2");
        Write(log, "a", "three", "tenant-1");
        var head = log.Find("a")!.Value.Head;
        _keys.Destroy("tenant-1");
        for (int pass = 0; pass < 2; pass++)
        {
            var records = log.Read("a").ToList();
            Assert.Equal([true, false, true], records.Select(r => r.IsErased));
            Assert.Equal(["", "two", ""], log.Texts("a"));
            Assert.Equal(head, records[^1].Hash);
            log.Close();
            log = OpenWithKeys();
        }
    }

    [Fact]
    public void Without_its_cipher_a_log_opens_and_says_what_is_missing()
    {
        var log = OpenWithKeys();
        Write(log, "a", "one", "tenant-1");
        log.Close();
        log = Open(_disk);
        Assert.Equal(1, log.Find("a")!.Value.Sequence);
        Assert.Contains("tenant-1", Assert.Throws<InvalidOperationException>(() => log.Texts("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_without_a_cipher_is_refused_and_not_stored_in_clear()
    {
        var log = Open(_disk);
        Assert.Throws<InvalidOperationException>(() => { _ = log.AppendAsync("a", [Record("secret")], 0, 1, "tenant-1"); });
        Assert.False(log.Commit());
        Assert.Null(log.Find("a"));
    }

    [Fact]
    public void The_limit_of_an_append_counts_what_is_stored()
    {
        var log = RecordLog.Open(LogWorkload.Options(_disk) with { Cipher = _keys, MaxAppendBytes = 1100, MaxPayloadBytes = 1024 });
        Assert.Throws<AgentFlow.Journaling.JournalPayloadTooLargeException>(() => { _ = log.AppendAsync("a", [Record(new string('x', 1020))], 0, 1, "k"); });
        Assert.False(log.Commit());
        _ = log.AppendAsync("a", [Record(new string('x', 1020))], 0, 1);
        Assert.True(log.Commit());
    }

    private RecordLog OpenWithKeys() => RecordLog.Open(LogWorkload.Options(_disk) with { Cipher = _keys });

    private static void Write(RecordLog log, string run, string text, string key)
    {
        _ = log.AppendAsync(run, [Record(text)], log.Find(run)?.Sequence ?? 0, 1, key);
        log.Commit();
    }

    private bool IsOnDisk(string text) => _disk.Names.Any(n => _disk.Content(Path.GetFileName(n)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0);
}
