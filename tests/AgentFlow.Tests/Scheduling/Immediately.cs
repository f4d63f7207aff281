using AgentFlow.Scheduling;

namespace AgentFlow.Tests.Scheduling;

/// <summary>What must have completed synchronously.</summary>
internal static class Immediately
{
    public static Slot Acquired(ValueTask<Slot> acquiring)
    {
        Assert.True(acquiring.IsCompletedSuccessfully, "No slot is free: one was lost.");
        return acquiring.Result;
    }

    public static void Entered(ValueTask entering) => Assert.True(entering.IsCompletedSuccessfully, "No run may enter: a slot was lost.");
}
