using AgentFlow.Approvals;

namespace AgentFlow;

public sealed partial class FlowBuilder<TIn, TCurrent>
{
    /// <summary>
    /// Waits until a human approves the value: <c>.Approve("adjuster", when: x =&gt; x.Amount &gt; 10_000m)</c>. A value that the
    /// human changes goes on as changed; a rejection ends the flow with an <see cref="ApprovalRejectedException"/>.
    /// </summary>
    /// <param name="name">The request's name, a segment of its path.</param>
    /// <param name="when">Pure; whether this value needs approval. Its answer is a decision in the journal. Default: always.</param>
    /// <param name="prompt">Pure; what is asked, in words.</param>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    /// <param name="terms">How many people, who not, until when; one person and for ever when not given. Nobody in time is a rejection.</param>
    public FlowBuilder<TIn, TCurrent> Approve(string name, Func<TCurrent, bool>? when = null, Func<TCurrent, string>? prompt = null, string? role = null, RequestTerms? terms = null)
    {
        Scope.Name(name);
        return Approve(name, Terms(when, prompt, role, terms), null);
    }

    /// <summary>Waits until a human approves the value, and goes on with what a step makes of a rejection.</summary>
    /// <param name="name">The request's name, a segment of its path.</param>
    /// <param name="onReject">Runs at <c>name/step's name</c> when the human rejects, and is told who did and why.</param>
    /// <param name="when">Pure; whether this value needs approval. Its answer is a decision in the journal. Default: always.</param>
    /// <param name="prompt">Pure; what is asked, in words.</param>
    /// <param name="role">Who may answer, in the host's terms; anybody when not given.</param>
    /// <param name="terms">How many people, who not, until when; one person and for ever when not given. Nobody in time is a rejection.</param>
    public FlowBuilder<TIn, TCurrent> Approve(
        string name, Step<Rejection<TCurrent>, TCurrent> onReject, Func<TCurrent, bool>? when = null, Func<TCurrent, string>? prompt = null, string? role = null, RequestTerms? terms = null)
    {
        ArgumentNullException.ThrowIfNull(onReject);
        return Approve(name, Terms(when, prompt, role, terms), new InformedRejection<TCurrent>(Scope.Name(name).Use(onReject)));
    }

    /// <summary>Waits until a human approves the value, and goes on with what a step makes of a rejected one.</summary>
    /// <inheritdoc cref="Approve(string,Step{Rejection{TCurrent},TCurrent},Func{TCurrent,bool},Func{TCurrent,string},string,RequestTerms)"/>
    public FlowBuilder<TIn, TCurrent> Approve(
        string name, Step<TCurrent, TCurrent> onReject, Func<TCurrent, bool>? when = null, Func<TCurrent, string>? prompt = null, string? role = null, RequestTerms? terms = null)
    {
        ArgumentNullException.ThrowIfNull(onReject);
        return Approve(name, Terms(when, prompt, role, terms), new PlainRejection<TCurrent>(Scope.Name(name).Use(onReject)));
    }

    /// <summary>Asks a human and waits for the typed answer: <c>.Ask("cause", x =&gt; new Question&lt;Cause&gt;("What caused it?"))</c>.</summary>
    /// <typeparam name="TAnswer">The type of the answer.</typeparam>
    /// <param name="name">The request's name, a segment of its path.</param>
    /// <param name="question">Pure; what is asked of this value.</param>
    /// <returns>Goes on with the value and the answer.</returns>
    public FlowBuilder<TIn, (TCurrent Value, TAnswer Answer)> Ask<TAnswer>(string name, Func<TCurrent, Question<TAnswer>> question)
    {
        ArgumentNullException.ThrowIfNull(question);
        Scope.Name(name);
        return Add(new AskNode<TIn, TCurrent, TAnswer>(_last, name, question));
    }

    private static ApprovalTerms<TCurrent> Terms(Func<TCurrent, bool>? when, Func<TCurrent, string>? prompt, string? role, RequestTerms? terms)
    {
        terms?.Validate();
        return new(when, prompt, role, terms);
    }

    private FlowBuilder<TIn, TCurrent> Approve(string name, ApprovalTerms<TCurrent> terms, RejectionStep<TCurrent>? onReject) =>
        Add(new ApproveNode<TIn, TCurrent>(_last, name, terms, onReject));
}
