using System.Globalization;

namespace Simulation.Tests.Runs;

internal sealed record SimulateOptions
{
    public ulong From { get; private init; } = 1;

    public ulong To { get; private init; } = 1;

    public int Stanzas { get; private init; } = 100;

    public string? Bug { get; private init; }

    public bool Hashes { get; private init; }

    public bool Trace { get; private init; }

    public bool KeepGoing { get; private init; }

    public static SimulateOptions Parse(string[] args)
    {
        var options = new SimulateOptions();
        for (var i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--seeds" when args[++i].Split('-') is [var from, var to] => options with { From = Number(from), To = Number(to) },
                "--stanzas" => options with { Stanzas = (int)Number(args[++i]) },
                "--bug" => options with { Bug = args[++i] },
                "--hashes" => options with { Hashes = true },
                "--trace" => options with { Trace = true },
                "--keep-going" => options with { KeepGoing = true },
                var unknown => throw new ArgumentException($"What is {unknown}?"),
            };
        }

        return options;
    }

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
