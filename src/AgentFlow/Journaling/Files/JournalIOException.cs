using System.Runtime.InteropServices;

namespace AgentFlow.Journaling;

/// <summary>
/// A file operation of the journal failed. An append that ends with it was not acknowledged: whether it is found when the
/// journal is opened again is uncertain.
/// </summary>
public class JournalIOException : JournalException
{
    private const int DiskFull = 28;
    private static readonly int[] s_full = OperatingSystem.IsWindows() ? [112, 39] : OperatingSystem.IsMacOS() ? [DiskFull, 69] : [DiskFull, 122];

    private protected JournalIOException(string operation, string file, int errorNumber, string cure, Exception? cause)
        : base($"{operation} of {file} failed: {Text(errorNumber)} (error {errorNumber}). {cure}", cause)
    {
        Operation = operation;
        File = file;
        ErrorNumber = errorNumber;
    }

    /// <summary>The operation, for example <c>fdatasync</c>.</summary>
    public string Operation { get; }

    /// <summary>The path of the file or directory.</summary>
    public string File { get; }

    /// <summary>The error number of the operating system.</summary>
    public int ErrorNumber { get; }

    internal static JournalIOException From(string operation, string file, int errorNumber, Exception? cause = null) =>
        Array.IndexOf(s_full, errorNumber) >= 0
            ? new JournalFullException(operation, file, errorNumber, cause)
            : new JournalIOException(operation, file, errorNumber, "Check the disk, then open the journal again.", cause);

    /// <summary>The same failure, thrown to another caller.</summary>
    internal JournalIOException Again() => From(Operation, File, ErrorNumber, this);

    private static string Text(int errorNumber) => Marshal.GetPInvokeErrorMessage(errorNumber);
}

/// <summary>The disk, or the quota on it, is full.</summary>
public sealed class JournalFullException : JournalIOException
{
    internal JournalFullException(string operation, string file, int errorNumber, Exception? cause)
        : base(operation, file, errorNumber, "Free space, then open the journal again.", cause)
    {
    }
}
