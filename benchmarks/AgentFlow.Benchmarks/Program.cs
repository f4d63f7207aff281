using AgentFlow.Benchmarks;
using BenchmarkDotNet.Running;

switch (args.FirstOrDefault())
{
    case "smoke": return await Ratios.RunAsync(new(Batches: 3, IsSmoke: true), Option("--only"), Option("--json"));
    case "ratios": return await Ratios.RunAsync(new(Batches: 15, IsSmoke: false), Option("--only"), Option("--json"));
    default: return BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any() ? 0 : 1;
}

string? Option(string name) => Array.IndexOf(args, name) is > 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
