using System.Diagnostics;
using AgentFlow.Approvals;

namespace AgentFlow.Testing;

/// <summary>An answer in its place in the script. Guarded by the script's lock.</summary>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed class ScriptedAnswer(
    string name, string text, Func<ApprovalRequest, bool>? when, Func<RequestInbox, ApprovalRequest, Task> give)
{
    /// <summary>How often it may still be used; <see langword="null"/> is without end.</summary>
    internal int? Remaining { get; set; } = 1;

    internal TimeSpan Delay { get; set; }

    internal bool Fits(ApprovalRequest request) =>
        Remaining != 0 && string.Equals(request.Name, name, StringComparison.Ordinal) && (when is null || when(request));

    internal Task GiveAsync(RequestInbox inbox, ApprovalRequest request) => give(inbox, request);

    public override string ToString() =>
        $"{text}{(when is null ? "" : ", under a condition")}{(Delay > TimeSpan.Zero ? $", after {Durations.Text(Delay)}" : "")}"
        + $"{(Remaining > 1 ? $" (× {Remaining})" : "")}";
}
