using System.Diagnostics;
using System.Globalization;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Messages;

/// <summary>Two clients that talk for long: 20,000 messages, or as many as <c>WHATSAPP_SOAK_MESSAGES</c> says (1,000,000 takes about half an hour).</summary>
[Collection(Alone.Name)]
public sealed class SoakTests(ITestOutputHelper output)
{
    private const int Batch = 100;
    private const long MegaByte = 1 << 20;

    [Fact]
    public async Task However_many_messages_come_and_go_memory_and_the_store_stay_of_one_size()
    {
        var messages = int.TryParse(Environment.GetEnvironmentVariable("WHATSAPP_SOAK_MESSAGES"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? wanted : 20_000;
        await using var service = new TestService();
        var (bot, member) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        (bot.Remembers, member.Remembers) = (false, false);
        var read = 0;
        (long Heap, long Resident)? warm = null;
        for (var said = 0; said < messages; said += 2 * Batch)
        {
            await Task.WhenAll(Enumerable.Range(said, Batch).SelectMany(number => new[]
            {
                member.SayAsync(bot.Lid.Bare, "a line of some length that somebody types", $"M{number}"),
                bot.SayAsync(member.Lid.Bare, "an answer of some length that the bot gives", $"B{number}"),
            }));
            await service.DeliverAsync();
            read += await AcknowledgeAsync(bot) + await AcknowledgeAsync(member);
            await service.DeliverAsync(); // the receipts
            service.Time.Advance(TimeSpan.FromSeconds(20));
            if (warm is null && said >= messages / 4)
            {
                warm = Measure();
            }
        }

        var (heap, resident) = Measure();
        var size = new DirectoryInfo(bot.Folder).EnumerateFiles().Sum(file => file.Length);
        output.WriteLine(
            $"{messages} messages: heap {warm!.Value.Heap / MegaByte} MB after a quarter, {heap / MegaByte} MB at the end; " +
            $"resident {warm.Value.Resident / MegaByte} MB, then {resident / MegaByte} MB; store {size / MegaByte} MB.");
        Assert.True(read >= messages, $"Only {read} events of {messages} messages came.");
        Assert.True(heap - warm.Value.Heap < 8 * MegaByte, "The heap grows with the messages.");
        Assert.True(resident - warm.Value.Resident < 96 * MegaByte, "The process grows with the messages.");
        Assert.True(size < 96 * MegaByte, "The store grows with the messages.");
    }

    private static async Task<int> AcknowledgeAsync(TestDevice device)
    {
        var all = 0;
        while (await device.Database.RunAsync("test", store => store.Inbound.Waiting(0, 500)) is { Count: > 0 } waiting)
        {
            await Task.WhenAll(waiting.Select(item => device.Messaging.Events.AcknowledgeAsync(item.Position, CancellationToken.None)));
            all += waiting.Count;
        }

        return all;
    }

    private static (long Heap, long Resident) Measure()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        using var process = Process.GetCurrentProcess();
        return (heap, process.WorkingSet64);
    }
}
