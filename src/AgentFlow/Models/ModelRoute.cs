using Microsoft.Extensions.AI;

namespace AgentFlow;

/// <summary>The models of one call: the first, and those that stand in for it on an outage.</summary>
internal sealed record ModelRoute(IReadOnlyList<ResolvedModel> Models, string? Reason);

/// <summary>A model that can be called. Clients of an agent's own and of the container have no entry in the catalog.</summary>
internal sealed record ResolvedModel(IChatClient Client, ModelPrice? Price, string? Name, CatalogModel? Entry = null);
