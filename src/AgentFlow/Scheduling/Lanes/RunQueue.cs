namespace AgentFlow.Scheduling;

/// <summary>What a run is to the lanes: its priority and one line in each lane where it ever had to wait. Thread-safe.</summary>
internal sealed class RunQueue(RunPriority priority, Lane? global, WorkDispatcher dispatcher)
{
    private RunLine? _lines;

    /// <summary>The lane that every effect of the run enters last.</summary>
    public Lane? Global => global;

    public WorkDispatcher Dispatcher => dispatcher;

    /// <summary>Called under the lane's lock, so that a lane never gets two lines; another lane may add its own meanwhile.</summary>
    public RunLine LineIn(Lane lane)
    {
        RunLine? lines = Volatile.Read(ref _lines);
        for (RunLine? line = lines; line is not null; line = line.NextOfRun)
        {
            if (line.Lane == lane)
            {
                return line;
            }
        }

        while (true)
        {
            var added = new RunLine(lane, priority, lines);
            RunLine? seen = Interlocked.CompareExchange(ref _lines, added, lines);
            if (seen == lines)
            {
                return added;
            }

            lines = seen;
        }
    }
}
