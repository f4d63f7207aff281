using AgentFlow.Tests.Shared;

namespace AgentFlow.Caching.Tests.PublicApis;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_is_the_approved_one() => PublicApi.Check(typeof(DistributedModelCache).Assembly);
}
