using System.Diagnostics;
using AgentFlow.Approvals;

namespace AgentFlow.Testing;

/// <summary>
/// What the humans of a unit test answer. An answer serves the oldest open request of its name that meets its condition;
/// answers of one name are used in the order they were scripted. A run that waits for an answer nobody scripted fails, and
/// <see cref="VerifyComplete"/> fails when an answer was never asked for.
/// </summary>
/// <example>
/// <code>
/// host.Answers
///     .Approve&lt;Settlement&gt;("adjuster", when: s =&gt; s.Amount &lt; 50_000)
///     .Reject("adjuster", "too much").After(TimeSpan.FromDays(2))
///     .Answer("which policy?", "P-1");
/// </code>
/// </example>
/// <remarks>
/// A request is answered when everything else has come to rest, before virtual time moves. The name is the request's
/// <see cref="ApprovalRequest.Name"/>: of an <c>Approve</c> or <c>Ask</c> the name it was given, of an effect that a policy
/// questions the name of its step or tool. Thread-safe.
/// </remarks>
[DebuggerDisplay("{Unused} answers left")]
public sealed partial class AnswerScript : IAnswerer
{
    private readonly Lock _lock = new();
    private readonly List<ScriptedAnswer> _answers = [];
    private readonly Dictionary<string, ScriptedAnswer> _matched = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private int _given;
    private int _somebodies;

    internal AnswerScript(TimeProvider time) => _time = time;

    /// <summary>How many answers have not been asked for yet; answers scripted with <see cref="Always"/> do not count.</summary>
    public int Unused
    {
        get
        {
            lock (_lock) return _answers.Sum(static answer => answer.Remaining ?? 0);
        }
    }

    /// <summary>Approves the value as shown.</summary>
    /// <param name="name">The request's name.</param>
    /// <param name="when">Which requests of that name; all when omitted.</param>
    /// <param name="by">Who answers; when omitted, somebody who has the role that is demanded, and another one each time.</param>
    public AnswerScript Approve(string name, Func<ApprovalRequest, bool>? when = null, Principal? by = null) =>
        Add(name, $"approve '{name}'", when, request => ApprovalDecision.Approve(SomebodyFor(request, by)));

    /// <summary>Approves values that meet a condition.</summary>
    /// <typeparam name="T">The type of the value; a request with another is not meant.</typeparam>
    /// <param name="name">The request's name.</param>
    /// <param name="when">Which values.</param>
    /// <param name="by">Who answers; when omitted, somebody who has the role that is demanded, and another one each time.</param>
    public AnswerScript Approve<T>(string name, Func<T, bool> when, Principal? by = null) => Approve(name, On(when), by);

    /// <summary>Rejects.</summary>
    /// <param name="name">The request's name.</param>
    /// <param name="reason">Why; reaches the flow and the journal.</param>
    /// <param name="when">Which requests of that name; all when omitted.</param>
    /// <param name="by">Who answers; when omitted, somebody who has the role that is demanded, and another one each time.</param>
    public AnswerScript Reject(string name, string reason, Func<ApprovalRequest, bool>? when = null, Principal? by = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return Add(name, $"reject '{name}': {reason}", when, request => ApprovalDecision.Reject(reason, SomebodyFor(request, by)));
    }

    /// <summary>Rejects values that meet a condition.</summary>
    /// <typeparam name="T">The type of the value; a request with another is not meant.</typeparam>
    /// <param name="name">The request's name.</param>
    /// <param name="reason">Why; reaches the flow and the journal.</param>
    /// <param name="when">Which values.</param>
    /// <param name="by">Who answers; when omitted, somebody who has the role that is demanded, and another one each time.</param>
    public AnswerScript Reject<T>(string name, string reason, Func<T, bool> when, Principal? by = null) => Reject(name, reason, On(when), by);

    /// <summary>Approves with another value.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="name">The request's name.</param>
    /// <param name="value">The value to go on with.</param>
    /// <param name="when">Which requests of that name; all when omitted.</param>
    /// <param name="by">Who answers; when omitted, somebody who has the role that is demanded, and another one each time.</param>
    public AnswerScript Modify<T>(string name, T value, Func<ApprovalRequest, bool>? when = null, Principal? by = null) =>
        Add(name, $"modify '{name}' to {ContentLines.OfValue(value)}", when, request => ApprovalDecision.Modify(value, SomebodyFor(request, by)));

    /// <summary>Approves with a value made from the one that was shown.</summary>
    /// <typeparam name="T">The type of the value; a request with another is not meant.</typeparam>
    /// <param name="name">The request's name.</param>
    /// <param name="change">Makes the value to go on with.</param>
    /// <param name="by">Who answers; when omitted, somebody who has the role that is demanded, and another one each time.</param>
    public AnswerScript Modify<T>(string name, Func<T, T> change, Principal? by = null)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Add(name, $"modify '{name}'", On<T>(static _ => true), request => ApprovalDecision.Modify(change((T)request.Value!), SomebodyFor(request, by)));
    }

    /// <summary>Answers a question.</summary>
    /// <typeparam name="T">The type of the answer.</typeparam>
    /// <param name="name">The request's name.</param>
    /// <param name="value">The answer.</param>
    /// <param name="when">Which requests of that name; all when omitted.</param>
    /// <param name="by">Who answers; when omitted, somebody who has the role that is demanded, and another one each time.</param>
    public AnswerScript Answer<T>(string name, T value, Func<ApprovalRequest, bool>? when = null, Principal? by = null) =>
        Add(name, $"answer '{name}' with {ContentLines.OfValue(value)}", when, request => ApprovalDecision.Answer(value, SomebodyFor(request, by)));

    /// <summary>The answer before it serves this many requests.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <exception cref="InvalidOperationException">There is no answer before it.</exception>
    public AnswerScript Times(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Change(nameof(Times), answer => answer.Remaining = count);
    }

    /// <summary>The answer before it serves any number of requests, none included.</summary>
    /// <exception cref="InvalidOperationException">There is no answer before it.</exception>
    public AnswerScript Always() => Change(nameof(Always), static answer => answer.Remaining = null);

    /// <summary>The answer before it comes some virtual time after its request was opened.</summary>
    /// <param name="delay">How long the human takes; not negative.</param>
    /// <exception cref="InvalidOperationException">There is no answer before it.</exception>
    public AnswerScript After(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return Change(nameof(After), answer => answer.Delay = delay);
    }

    /// <summary>Checks that every answer was asked for.</summary>
    /// <exception cref="FlowAssertionException">One was not; the message lists them.</exception>
    public void VerifyComplete()
    {
        string message;
        lock (_lock)
        {
            if (_answers.All(static answer => answer.Remaining is null or 0)) return;
            message = $"Not every scripted answer was asked for: {_given} were given, never asked for were:{UnusedLines()}";
        }

        throw new FlowAssertionException(message);
    }

    internal string DescribeUnused()
    {
        lock (_lock) return UnusedLines();
    }

    IReadOnlyList<GivenAnswer> IAnswerer.Take(IReadOnlyList<ApprovalRequest> open)
    {
        var due = new List<GivenAnswer>();
        lock (_lock)
        {
            foreach (var request in open)
            {
                if (Match(request) is not { } answer || _time.GetUtcNow() < request.OpenedAt + answer.Delay) continue;
                due.Add(new(request, inbox => answer.GiveAsync(inbox, request), answer.ToString()));
                _matched.Remove(request.Id);
                _given++;
            }
        }

        return due;
    }

    private static Func<ApprovalRequest, bool> On<T>(Func<T, bool> when)
    {
        ArgumentNullException.ThrowIfNull(when);
        return request => request.Value is T value && when(value);
    }

    /// <summary>A human who takes their time has taken up the request: no other answer serves it.</summary>
    private ScriptedAnswer? Match(ApprovalRequest request)
    {
        if (_matched.TryGetValue(request.Id, out var answer)) return answer;
        answer = _answers.Find(candidate => candidate.Fits(request));
        if (answer is null) return null;
        answer.Remaining--;
        _matched.Add(request.Id, answer);
        var wait = request.OpenedAt + answer.Delay - _time.GetUtcNow();
        if (wait > TimeSpan.Zero) _ = _time.CreateTimer(static _ => { }, null, wait, Timeout.InfiniteTimeSpan);
        return answer;
    }

    private AnswerScript Add(string name, string text, Func<ApprovalRequest, bool>? when, Func<ApprovalRequest, ApprovalDecision> decide) =>
        Add(name, text, when, (inbox, request) => inbox.ResolveAsync(request.Id, decide(request)).AsTask());

    private AnswerScript Add(string name, string text, Func<ApprovalRequest, bool>? when, Func<RequestInbox, ApprovalRequest, Task> give)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        lock (_lock) _answers.Add(new(name, text, when, give));
        return this;
    }

    /// <summary>Where nobody in particular answers and it matters who does: somebody who may, and not the same one twice.</summary>
    private Principal? SomebodyFor(ApprovalRequest request, Principal? by)
    {
        if (by is not null || request is { Role: null, Terms: { Quorum: 1, NotByAuthor: false } }) return by;
        return new($"somebody {Interlocked.Increment(ref _somebodies)}") { Roles = request.Role is null ? new HashSet<string>() : new HashSet<string> { request.Role } };
    }

    private AnswerScript Change(string verb, Action<ScriptedAnswer> change)
    {
        lock (_lock)
        {
            if (_answers.Count == 0) throw new InvalidOperationException($"{verb} is about the answer before it, and there is none. Script an answer first.");
            change(_answers[^1]);
        }

        return this;
    }

    private string UnusedLines() => string.Concat(_answers.Where(static answer => answer.Remaining > 0).Select(static answer => $"\n    {answer}"));
}
