using AgentFlow.Tests.Shared;

namespace AgentFlow.Testing.Tests.PublicApis;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_is_the_approved_one() => PublicApi.Check(typeof(AgentFlow.Testing.ScriptedChatClient).Assembly);
}
