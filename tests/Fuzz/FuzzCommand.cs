using System.Diagnostics;
using SharpFuzz;

namespace Fuzz;

/// <summary>
/// <c>Fuzz fuzz [--seconds N] [--target NAME] [--seed N] [--corpus DIR]</c>: makes a copy of this program whose protocol client tells
/// which branches it takes, and lets it hunt. Finds and inputs that reached something new go to the corpus folder.
/// </summary>
internal static class FuzzCommand
{
    public const string Child = "fuzz-child";

    public static int Run(string[] args)
    {
        var copy = Directory.CreateTempSubdirectory("fuzz-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*", SearchOption.AllDirectories))
            {
                var target = Path.Combine(copy.FullName, Path.GetRelativePath(AppContext.BaseDirectory, file));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(file, target);
            }

            // generated protobuf code is somebody else's, and its branches would drown ours
            _ = Fuzzer.Instrument(Path.Combine(copy.FullName, "WhatsApp.dll"), type => !type.StartsWith("WhatsApp.Proto", StringComparison.Ordinal), Options.Value).Count();
            using var process = Process.Start(Path.Combine(copy.FullName, Path.GetFileName(Environment.ProcessPath!)), [Child, .. args]);
            process.WaitForExit();
            return process.ExitCode;
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }
}
