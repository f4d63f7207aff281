using System.Reflection;
using Microsoft.Extensions.Logging;

namespace AgentFlow.Tests.Telemetry;

/// <summary>What hosts filter and count by.</summary>
public class LogTests
{
    [Fact]
    public void Every_log_message_has_an_id_of_its_own()
    {
        var messages = typeof(FlowRuntime).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (method.Name, Message: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(pair => pair.Message is not null)
            .ToList();
        Assert.True(messages.Count >= 17, $"{messages.Count}");
        Assert.Empty(messages.GroupBy(pair => pair.Message!.EventId).Where(group => group.Count() > 1).Select(group => string.Join(", ", group.Select(pair => pair.Name))));
    }
}
