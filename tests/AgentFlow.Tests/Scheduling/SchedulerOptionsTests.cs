using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

public sealed class SchedulerOptionsTests
{
    public static TheoryData<SchedulerOptions, string, object> OutOfRange => new()
    {
        { new SchedulerOptions { MaxConcurrentEffects = 0 }, "SchedulerOptions.MaxConcurrentEffects", 0 },
        { new SchedulerOptions { MaxConcurrentRuns = -1 }, "SchedulerOptions.MaxConcurrentRuns", -1 },
        { new SchedulerOptions { MaxQueuedRuns = 0 }, "SchedulerOptions.MaxQueuedRuns", 0 },
        { new SchedulerOptions { WhenFull = (QueueFullMode)7 }, "SchedulerOptions.WhenFull", (QueueFullMode)7 },
        { new SchedulerOptions().AddLane("ocr", 0), "SchedulerOptions.Lanes[\"ocr\"].MaxConcurrent", 0 },
    };

    [Theory]
    [MemberData(nameof(OutOfRange), DisableDiscoveryEnumeration = true)]
    public void A_value_out_of_range_is_an_error_that_names_option_value_and_cure(SchedulerOptions options, string option, object value)
    {
        foreach (Action create in new Action[]
        {
            () => _ = new EffectScheduler(options, WorkDispatcher.ThreadPool),
            () => _ = new RunAdmission(options, WorkDispatcher.ThreadPool),
        })
        {
            var error = Assert.Throws<InvalidOptionException>(create);

            Assert.Equal(option, error.Option);
            Assert.Equal(value, error.Value);
            Assert.StartsWith($"{option} is {value}. Use ", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_lane_added_twice_is_an_error()
    {
        var options = new SchedulerOptions().AddLane("ocr", 2);

        var error = Assert.Throws<InvalidOptionException>(() => options.AddLane("ocr", 3));

        Assert.Equal("ocr", error.Value);
        Assert.Equal(2, options.Lanes["ocr"].MaxConcurrent);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_lane_needs_a_name(string name) =>
        Assert.Throws<ArgumentException>(() => new SchedulerOptions().AddLane(name, 1));

    [Fact]
    public void A_change_after_the_start_has_no_effect()
    {
        var options = new SchedulerOptions().AddLane("ocr", 2);
        var scheduler = new EffectScheduler(options, WorkDispatcher.ThreadPool);

        options.Lanes["ocr"].MaxConcurrent = 9;

        Assert.Equal(2, scheduler.FindLane("ocr")!.Capacity);
    }
}
