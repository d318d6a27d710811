using Simulation.Tests.Crash;
using Simulation.Tests.Runs;
using Xunit.MicrosoftTestingPlatform;

namespace Simulation.Tests;

/// <summary>The tests; or, started by them, one run of histories in a process whose pool has one worker.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [SimulateCommand.Name, .. var rest] => SimulateCommand.RunAsync(rest),
        [CrashClient.Name, .. var rest] => CrashClient.RunAsync(rest),
        _ => TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
    };
}
