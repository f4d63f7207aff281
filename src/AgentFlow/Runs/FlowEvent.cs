using System.Diagnostics;
using AgentFlow.Approvals;
using AgentFlow.Journaling;

namespace AgentFlow;

/// <summary>Something observed about a run. May be lost under pressure, and is then counted by an <see cref="EventsDropped"/>.</summary>
/// <param name="Path">Where in the run.</param>
[DebuggerDisplay("{ToString(),nq}")]
public abstract record FlowEvent(StepPath Path);

/// <summary>An entry was appended to the run's journal.</summary>
/// <param name="Entry">The entry.</param>
public sealed record EntryAppended(JournalEntry Entry) : FlowEvent(Entry.Path);

/// <summary>The body of an effect started.</summary>
/// <param name="Path">Where in the run.</param>
/// <param name="Attempt">Which attempt, from 1.</param>
public sealed record EffectStarted(StepPath Path, int Attempt) : FlowEvent(Path);

/// <summary>A piece of text that a model is writing.</summary>
/// <param name="Path">The model call.</param>
/// <param name="Agent">The agent that speaks.</param>
/// <param name="Text">The piece.</param>
public sealed record TextDelta(StepPath Path, string Agent, string Text) : FlowEvent(Path);

/// <summary>A model call failed after some of its text had been published; the pieces at this path are void.</summary>
/// <param name="Path">The model call.</param>
/// <param name="Attempt">The attempt whose text is void.</param>
public sealed record TextDiscarded(StepPath Path, int Attempt) : FlowEvent(Path);

/// <summary>A body reported progress.</summary>
/// <param name="Path">Where in the run.</param>
/// <param name="Progress">What it reported.</param>
public sealed record StepProgress(StepPath Path, object Progress) : FlowEvent(Path);

/// <summary>The run waits for an answer.</summary>
/// <param name="Request">What is asked.</param>
public sealed record RequestRaised(ApprovalRequest Request) : FlowEvent(Request.Path);

/// <summary>The host's approver threw, or gave an answer that does not fit; the request stays open for others.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Failure">The type and the message of the failure.</param>
public sealed record ApproverFailed(ApprovalRequest Request, string Failure) : FlowEvent(Request.Path);

/// <summary>Events were lost here because the reader was too slow or came too late.</summary>
/// <param name="Path">The root of the run.</param>
/// <param name="Count">How many, at least 1.</param>
public sealed record EventsDropped(StepPath Path, long Count) : FlowEvent(Path);
