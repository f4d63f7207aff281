using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;
using AgentFlow.Tests.Scheduling;
using static AgentFlow.Tests.Journaling.Files.TestLog;

namespace AgentFlow.Tests.Journaling.Files;

public sealed class SystemDiskTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task Many_writers_share_batches_and_everything_is_there_in_order_after_opening_again()
    {
        const int Writers = 24;
        const int Appends = 25;
        await using (var log = RecordLog.Open(Options()))
        {
            await Task.WhenAll(Enumerable.Range(0, Writers).Select(w => Task.Run(async () =>
            {
                for (int i = 0; i < Appends; i++) await log.AppendAsync($"run-{w}", [Record($"{w}/{i}")], i, 1);
            }))).WaitAsync(HangGuard.Limit);
        }

        await using var opened = RecordLog.Open(Options());
        Assert.Equal(Writers * Appends, opened.Report.Records);
        Assert.Equal(0, opened.Report.TornBytes);
        for (int w = 0; w < Writers; w++) Assert.Equal(Enumerable.Range(0, Appends).Select(i => $"{w}/{i}"), opened.Texts($"run-{w}"));
    }

    [Fact]
    public async Task Appends_of_a_run_may_follow_each_other_without_waiting_also_through_a_full_queue()
    {
        await using var log = RecordLog.Open(Options() with { QueueCapacity = 2, MaxBatchBytes = 1024 });
        var appends = Enumerable.Range(0, 300).Select(i => log.AppendAsync("a", [Record($"{i}")], i, 1).AsTask()).ToArray();
        await Task.WhenAll(appends).WaitAsync(HangGuard.Limit);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i}"), log.Texts("a"));
    }

    [Fact]
    public async Task Closing_writes_what_was_taken_and_refuses_the_rest()
    {
        var log = RecordLog.Open(Options() with { QueueCapacity = 2 });
        var appends = new List<Task>();
        for (int i = 0; i < 50; i++) appends.Add(log.AppendAsync($"run-{i}", [Record("x")], 0, 1).AsTask());
        await Task.WhenAll(log.DisposeAsync().AsTask(), log.DisposeAsync().AsTask()).WaitAsync(HangGuard.Limit);
        var outcomes = new HashSet<string>();
        foreach (var (append, i) in appends.Select((a, i) => (a, i)))
        {
            await append.WaitAsync(HangGuard.Limit).ContinueWith(_ => { }, TaskScheduler.Default);
            outcomes.Add(append.IsCompletedSuccessfully ? "written" : append.Exception!.InnerException!.GetType().Name);
        }

        Assert.Subset(new HashSet<string> { "written", nameof(ObjectDisposedException) }, outcomes);
        await using var opened = RecordLog.Open(Options());
        Assert.Equal(appends.Select((a, i) => (a, i)).Where(p => p.a.IsCompletedSuccessfully).Select(p => $"run-{p.i}").Order(), opened.List().Select(r => r.Run).Order());
    }

    [Fact]
    public async Task A_directory_has_one_writer_and_the_message_says_who()
    {
        await using var log = RecordLog.Open(Options());
        var refused = Assert.Throws<JournalLockedException>(() => RecordLog.Open(Options()));
        Assert.Equal($"process {Environment.ProcessId} on {Environment.MachineName}", refused.Holder);
        Assert.Contains(refused.Holder!, refused.Message, StringComparison.Ordinal);
        await log.DisposeAsync();
        await RecordLog.Open(Options()).DisposeAsync();
    }

    [Fact]
    public void Who_cannot_open_lets_go_of_the_lock()
    {
        File.WriteAllText(_directory.File("MANIFEST"), "nonsense");
        Assert.Throws<JournalCorruptException>(() => RecordLog.Open(Options()));
        File.Delete(_directory.File("MANIFEST"));
        RecordLog.Open(Options() with { CommitsByHand = true }).Close();
    }

    [Fact]
    public async Task Missing_directories_are_created_and_nobody_else_can_read_them()
    {
        string nested = _directory.File("a/b/c");
        await using var log = RecordLog.Open(Options() with { Directory = nested });
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(nested));
        foreach (string file in Directory.GetFiles(nested)) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void A_failed_call_says_which_on_what_and_why()
    {
        string missing = _directory.File("missing");
        var failure = Assert.ThrowsAny<JournalIOException>(() => JournalFileSystem.System.Open(missing));
        Assert.Equal(missing, failure.File);
        Assert.Equal("open", failure.Operation);
        Assert.Contains(missing, failure.Message, StringComparison.Ordinal);
        Assert.Throws<JournalIOException>(() => JournalFileSystem.System.SyncDirectory(missing));
        Assert.Throws<JournalIOException>(() => JournalFileSystem.System.List(missing));
        Assert.Throws<JournalIOException>(() => JournalFileSystem.System.Rename(missing, missing + "2"));
    }

    [Fact]
    public void A_full_disk_has_a_type_of_its_own()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("There is no /dev/full here.");
        using var full = JournalFileSystem.System.Open("/dev/full");
        var failure = Assert.Throws<JournalFullException>(() => full.Write("x"u8, 0));
        Assert.Equal(28, failure.ErrorNumber);
    }

    [Fact]
    public async Task What_was_written_is_in_the_files_of_the_system()
    {
        await using var log = RecordLog.Open(Options());
        await log.AppendAsync("a", [Record("findable")], 0, 1);
        await using var stream = new FileStream(_directory.File("00000001-0.seg"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        Assert.Contains("findable", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private RecordLogOptions Options() => new() { Directory = _directory.Path };
}
