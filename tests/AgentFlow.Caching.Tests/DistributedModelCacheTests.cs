using AgentFlow.Testing;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFlow.Caching.Tests;

public class DistributedModelCacheTests
{
    [Fact]
    public async Task A_response_serves_the_same_call_until_it_expires()
    {
        using var model = new ScriptedChatClient().Reply("first", r => r.Usage(10, 5)).Reply("second");
        var time = new VirtualTimeProvider();
        var cache = new FakeCache(time);
        var services = new ServiceCollection().AddSingleton<TimeProvider>(time).AddSingleton<IDistributedCache>(cache);
        services.AddAgentFlow().AddModel("fast", model, new ModelPrice(1, 1)).UseDistributedModelCache("mine:");
        await using var provider = services.BuildServiceProvider();
        var runtime = provider.GetRequiredService<FlowRuntime>();
        var agent = Agent.Create("a").Model("fast").CacheResponses(TimeSpan.FromHours(1)).Build();

        Assert.Equal("first", await runtime.RunAsync(agent, "x"));
        Assert.Equal("first", await runtime.RunAsync(agent, "x"));
        Assert.StartsWith("mine:", Assert.Single(cache.Keys));

        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("second", await runtime.RunAsync(agent, "x"));
    }

    [Fact]
    public async Task Without_a_distributed_cache_the_container_says_so()
    {
        var services = new ServiceCollection();
        services.AddAgentFlow().UseDistributedModelCache();
        await using var provider = services.BuildServiceProvider();

        Assert.Contains(nameof(IDistributedCache), Assert.Throws<InvalidOperationException>(provider.GetRequiredService<FlowRuntime>).Message);
    }

    private sealed class FakeCache(TimeProvider time) : IDistributedCache
    {
        private readonly Dictionary<string, (byte[] Value, DateTimeOffset Until)> _entries = [];

        public IEnumerable<string> Keys => _entries.Keys;

        public byte[]? Get(string key) => throw new NotSupportedException("Synchronous.");

        public Task<byte[]?> GetAsync(string key, CancellationToken token = default) =>
            Task.FromResult(_entries.TryGetValue(key, out var entry) && entry.Until > time.GetUtcNow() ? entry.Value : null);

        public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => throw new NotSupportedException("Synchronous.");

        public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
        {
            _entries[key] = (value, time.GetUtcNow() + options.AbsoluteExpirationRelativeToNow!.Value);
            return Task.CompletedTask;
        }

        public void Refresh(string key) => throw new NotSupportedException();

        public Task RefreshAsync(string key, CancellationToken token = default) => throw new NotSupportedException();

        public void Remove(string key) => throw new NotSupportedException();

        public Task RemoveAsync(string key, CancellationToken token = default) => throw new NotSupportedException();
    }
}
