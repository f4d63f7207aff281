using AgentFlow.Journaling;
using AgentFlow.Journaling.Files;

namespace AgentFlow.Agents;

/// <summary>A name in a directory that exactly one of several writers gets. .NET looks first and renames then, which is no such thing on Unix.</summary>
internal static class ExclusiveName
{
    /// <summary>Gives a file a second name, or on Windows a new one; false when there is a file of that name.</summary>
    public static bool TryGive(string draft, string path)
    {
        if (!OperatingSystem.IsWindows()) return UnixCalls.TryLink(draft, path);
        try
        {
            File.Move(draft, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
        catch (Exception exception) when (SystemFileSystem.IsFailure(exception))
        {
            throw SystemFileSystem.Failure("MoveFile", path, exception);
        }
    }
}
