using System.Globalization;

namespace AgentFlow.Testing;

/// <summary>Times as people read them.</summary>
internal static class Durations
{
    internal static string Text(TimeSpan time) => time switch
    {
        _ when time < TimeSpan.FromSeconds(1) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.###} ms"),
        _ when time < TimeSpan.FromMinutes(1) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s"),
        _ when time < TimeSpan.FromDays(1) => time.ToString(@"h\:mm\:ss\.FFF", CultureInfo.InvariantCulture).TrimEnd('.'),
        _ => time.ToString(@"d\ \d\ h\:mm\:ss\.FFF", CultureInfo.InvariantCulture).TrimEnd('.'),
    };
}
