using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;

namespace AgentFlow.CrashChild;

/// <summary>Appends one record after the other and tells how each ended; for tests that make system calls fail from outside.</summary>
internal static class CountedWork
{
    public static async Task<int> RunAsync(string directory, ChildOutput output, int count)
    {
        try
        {
            await using var log = new ChildLog(RecordLog.Open(ChildLog.Options(directory, JournalFileSystem.System)), output);
            output.Line("OPEN");
            for (int i = 0; i < count; i++)
            {
                try
                {
                    await log.AppendAsync("run", 1);
                }
                catch (JournalException failure)
                {
                    output.Line($"{failure.GetType().Name} {(failure as JournalIOException)?.ErrorNumber} {(failure as JournalIOException)?.Operation}");
                }
            }

            return 0;
        }
        catch (JournalIOException failure)
        {
            output.Line($"CLOSED {failure.GetType().Name} {failure.ErrorNumber} {failure.Operation}");
            return 1;
        }
    }
}
