using BenchmarkDotNet.Running;
using Benchmarks;

BenchmarkSwitcher.FromAssembly(typeof(SignalSessionBenchmarks).Assembly).Run(args);
