namespace Fuzz;

internal static class Program
{
    public static int Main(string[] args) => args switch
    {
        ["fuzz", .. var rest] => FuzzCommand.Run(rest),
        [FuzzCommand.Child, .. var rest] => FuzzLoop.Run(rest),
        ["libfuzzer", var target] => LibFuzzer(FuzzTargets.All[target]),
        _ when args.Contains("-automated") || args.Contains("@@") => Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args).GetAwaiter().GetResult(),
        _ => Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions).GetAwaiter().GetResult(),
    };

    /// <summary>For those who have libFuzzer's driver at hand.</summary>
    private static int LibFuzzer(FuzzTarget target)
    {
        SharpFuzz.Fuzzer.LibFuzzer.Run(bytes => target.Run(bytes.ToArray()));
        return 0;
    }
}
