using BenchmarkDotNet.Running;
using Benchmarks;
using Benchmarks.Comparison;

if (args is ["compare", .. var options])
{
    return await ComparisonRun.RunAsync(options);
}

BenchmarkSwitcher.FromAssembly(typeof(SignalSessionBenchmarks).Assembly).Run(args);
return 0;
