using System.Globalization;

namespace Benchmarks.Comparison;

/// <summary>
/// Ours against npm Baileys and its libsignal in one run: every exchange is warmed up, then each round lets one side work and then the
/// other, in changing order. The table holds medians over the rounds and their ratio.
/// </summary>
internal static class ComparisonRun
{
    private const int WarmUps = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var rounds = int.Parse(Option(args, "--rounds") ?? "5", CultureInfo.InvariantCulture);
        var only = Option(args, "--only") ?? "";
        await using var baileys = BaileysProcess.Start();
        var table = new ComparisonTable(await MachineDescription.ReadAsync(baileys));
        foreach (var exchange in All(baileys).Where(exchange => exchange.Rows.Any(row => row.Name.Contains(only, StringComparison.OrdinalIgnoreCase))))
        {
            await exchange.PrepareAsync();
            for (var round = -WarmUps; round < rounds; round++)
            {
                var ours = round % 2 == 0 ? await exchange.OursAsync() : [];
                var theirs = await exchange.TheirsAsync();
                ours = round % 2 == 0 ? ours : await exchange.OursAsync();
                if (round >= 0)
                {
                    table.Add(ours, theirs);
                }
            }

            await exchange.CloseAsync();
            await Console.Error.WriteLineAsync(table.LinesOf(exchange.Rows));
        }

        table.Finish();
        Console.WriteLine(table.ToMarkdown());
        if (Option(args, "--json") is { } file)
        {
            await File.WriteAllTextAsync(file, table.ToJson());
        }

        return 0;
    }

    private static IEnumerable<Exchange> All(BaileysProcess baileys) =>
    [
        new StoreExchange(baileys, oneCaller: false, "files", 5),
        new StoreExchange(baileys, oneCaller: false, "cached files", null),
        new StoreExchange(baileys, oneCaller: true, "files", null),
        new RatchetExchange(baileys),
        new SetUpExchange(baileys),
        new GroupEncryptExchange(baileys, 10),
        new GroupEncryptExchange(baileys, 1000),
        new GroupEncryptExchange(baileys, 20_000),
        new GroupDecryptExchange(baileys),
        new StanzaExchange(baileys, "stanza to four devices", SampleStanzas.Message(), 40_000, 6_000, 8, 8),
        new StanzaExchange(baileys, "roster of 1,024 members", SampleStanzas.Roster(), 400, 30, 10, 8),
        new FrameExchange(baileys),
    ];

    private static string? Option(string[] args, string name) => Array.IndexOf(args, name) is var at and >= 0 ? args.ElementAtOrDefault(at + 1) : null;
}
