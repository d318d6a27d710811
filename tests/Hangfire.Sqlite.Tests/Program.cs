using Hangfire.Sqlite.Tests.Crash;

namespace Hangfire.Sqlite.Tests;

internal static class Program
{
    public static int Main(string[] args)
    {
        if (args is [CrashChild.Argument, var folder, var life, var task])
        {
            return CrashChild.Run(folder, int.Parse(life, System.Globalization.CultureInfo.InvariantCulture), task);
        }

        return args.Contains("-automated") || args.Contains("@@")
            ? Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args).GetAwaiter().GetResult()
            : Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions).GetAwaiter().GetResult();
    }
}
