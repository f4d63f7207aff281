using AgentFlow.Journaling;

namespace AgentFlow.Tests.Shared;

public abstract partial class JournalContract
{
    [Fact]
    public async Task Many_writers_write_to_runs_of_their_own()
    {
        const int Writers = 64;
        const int Appends = 20;
        await Together(Writers, async writer =>
        {
            for (var i = 0; i < Appends; i++) await AppendAsync($"r-{writer}", Entries(1 + (i * 2), 2));
        });
        for (var writer = 0; writer < Writers; writer++) AssertSame(Entries(1, Appends * 2), await ReadAsync($"r-{writer}"));
    }

    [Fact]
    public async Task Of_two_writers_at_one_place_exactly_one_wins()
    {
        for (var i = 1; i <= 50; i++)
        {
            var wins = new bool[2];
            await Together(2, async writer => wins[writer] = await TryAppendAsync("r", 1, Entry(i, $"\"writer {writer}\"")));
            Assert.Single(wins, true);
            Assert.Equal($"\"writer {(wins[0] ? 0 : 1)}\"", Text((await ReadAsync("r"))[i - 1]));
        }
    }

    [Fact]
    public async Task Many_writers_to_one_run_leave_no_gap_and_overwrite_nothing()
    {
        var written = new System.Collections.Concurrent.ConcurrentDictionary<int, string>();
        await Together(8, async writer =>
        {
            for (var i = 0; i < 15;)
            {
                var next = await LengthAsync("r") + 1;
                if (!await TryAppendAsync("r", 1, Entry(next, $"\"{writer}/{i}\"")))
                {
                    // Whoever was first is being written: that thread needs a processor, too.
                    Thread.Yield();
                    continue;
                }

                Assert.True(written.TryAdd(next, $"\"{writer}/{i}\""));
                i++;
            }
        });
        Assert.Equal(Enumerable.Range(1, 120).Select(sequence => written[sequence]), (await ReadAsync("r")).Select(Text));
    }

    [Fact]
    public async Task Of_two_owners_the_one_with_the_newer_epoch_stays()
    {
        for (var round = 0; round < 30; round++)
        {
            var run = $"r-{round}";
            await AppendAsync(run, 1, Entry(1));
            var results = new bool[2];
            await Together(2, async owner => results[owner] = await TryAppendAsync(run, owner + 1, Entry(2, $"\"epoch {owner + 1}\"")));
            Assert.Single(results, true);
            await AppendAsync(run, 2, Entry(3));
            await Assert.ThrowsAsync<JournalFencedException>(() => AppendAsync(run, 1, Entry(4)));
        }
    }

    [Fact]
    public async Task A_reader_sees_whole_batches_while_they_are_written()
    {
        const int Batches = 100;
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < Batches; i++) await AppendAsync("r", Entries(1 + (i * 5), 5));
        });
        for (var length = 0; length < Batches * 5;)
        {
            var read = await ReadAsync("r");
            Assert.True(read.Count >= length && read.Count % 5 == 0, $"{length}, then {read.Count}");
            AssertSame(Entries(1, read.Count), read);
            length = read.Count;
            if (writing.IsFaulted) break;
        }

        await writing.WaitAsync(Hang);
    }

    [Fact]
    public async Task A_list_is_read_while_runs_come()
    {
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++) await AppendAsync($"r-{i}", Entry(1));
        });
        while (!writing.IsCompleted)
        {
            var runs = await ListAsync();
            Assert.Equal(runs.Count, runs.Select(run => run.RunId).Distinct().Count());
        }

        await writing;
        Assert.Equal(200, (await ListAsync()).Count);
    }

    [Fact]
    public async Task Whoever_stops_waiting_leaves_a_whole_append_or_none()
    {
        for (var i = 0; i < 40; i++)
        {
            var run = $"r-{i}";
            using var source = new CancellationTokenSource();
            var append = Journal.AppendAsync(Id(run), 1, Entries(1, 3), source.Token).AsTask();
            await source.CancelAsync();
            await append.ContinueWith(static _ => { }, TaskScheduler.Default).WaitAsync(Hang);

            // The one that follows is behind it, or in its place.
            var stored = await TryAppendAsync(run, 1, Entries(4, 1)) || !await TryAppendAsync(run, 1, Entries(1, 3));
            Assert.Contains(await LengthAsync(run), stored ? new[] { 3, 4 } : [3]);
        }
    }

    private async Task<bool> TryAppendAsync(string run, long epoch, params StoredEntry[] entries)
    {
        try
        {
            await AppendAsync(run, epoch, entries);
            return true;
        }
        catch (JournalConflictException)
        {
            return false;
        }
    }

    private static Task Together(int count, Func<int, Task> action) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(i => Task.Run(() => action(i)))).WaitAsync(Hang);
}
