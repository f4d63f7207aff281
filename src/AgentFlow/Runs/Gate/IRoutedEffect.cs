namespace AgentFlow;

/// <summary>An effect that can be had in several ways, one after the other: a model call with models that stand in.</summary>
internal interface IRoutedEffect
{
    /// <summary>The lane of the way that has its turn, or null.</summary>
    string? Lane { get; }

    /// <summary>Finds the way to begin with, past those that are known to be broken.</summary>
    void BeginTurn();

    /// <summary>Whether another way is there, and worth trying after this failure.</summary>
    bool FallsBack(Exception exception);

    /// <summary>Takes the next way.</summary>
    void NextTurn(Exception exception);
}
