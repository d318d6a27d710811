using BenchmarkDotNet.Running;
using Benchmarks;
using Benchmarks.Comparison;
using Benchmarks.Idle;

if (args is ["compare", .. var options])
{
    return await ComparisonRun.RunAsync(options);
}

if (args is ["idle", .. var published])
{
    return await IdleHost.RunAsync(published);
}

BenchmarkSwitcher.FromAssembly(typeof(SignalSessionBenchmarks).Assembly).Run(args);
return 0;
