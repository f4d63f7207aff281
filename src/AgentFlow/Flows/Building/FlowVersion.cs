namespace AgentFlow;

internal static class FlowVersion
{
    public static void Check(int version, int? resumes)
    {
        if (version < 1) throw new ArgumentOutOfRangeException(nameof(version), version, "A flow's version is at least 1.");
        if (resumes is < 1 || resumes >= version)
        {
            throw new ArgumentOutOfRangeException(nameof(resumes), resumes, $"Version {version} can resume the versions 1 to {version - 1}; its own runs it resumes anyway.");
        }
    }
}
