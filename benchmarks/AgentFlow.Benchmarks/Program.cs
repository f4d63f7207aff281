using AgentFlow.Benchmarks;
using BenchmarkDotNet.Running;

return args.FirstOrDefault() switch
{
    "smoke" => Ratios.Run(batches: 3, judgeTime: false),
    "ratios" => Ratios.Run(batches: 15, judgeTime: true),
    _ => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any() ? 0 : 1,
};
