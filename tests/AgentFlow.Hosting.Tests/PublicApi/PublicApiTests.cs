using AgentFlow.Tests.Shared;

namespace AgentFlow.Hosting.Tests.PublicApis;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_is_the_approved_one() => PublicApi.Check(System.Reflection.Assembly.Load("AgentFlow.Hosting"));
}
