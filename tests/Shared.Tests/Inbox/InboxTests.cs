using Shared.Alerts;
using Shared.Inbox;
using Shared.Tests.Support;

namespace Shared.Tests.Inbox;

public class InboxTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_message_delivered_twice_is_stored_once_even_at_another_position()
    {
        await using var world = await World.OpenAsync();

        Assert.True(await world.Inbox.StoreAsync(Message(1, "A1"), None));
        Assert.False(await world.Inbox.StoreAsync(Message(1, "A1"), None));
        Assert.False(await world.Inbox.StoreAsync(Message(9, "A1"), None));

        Assert.Single(await world.Inbox.LoadOpenAsync(10, None));
    }

    [Fact]
    public async Task A_session_made_anew_that_counts_from_the_start_loses_no_event()
    {
        await using var world = await World.OpenAsync();
        Assert.True(await world.Inbox.StoreAsync(new InboundItem(1, InboundKind.MembersChanged, World.Group, null, At, "{\"a\":1}"), None));

        Assert.False(await world.Inbox.StoreAsync(new InboundItem(1, InboundKind.MembersChanged, World.Group, null, At, "{\"a\":1}"), None));
        Assert.True(await world.Inbox.StoreAsync(new InboundItem(1, InboundKind.MembersChanged, World.Group, null, At, "{\"a\":2}"), None));
    }

    [Fact]
    public async Task Rows_come_in_order_until_they_are_done()
    {
        await using var world = await World.OpenAsync();
        foreach (var n in (long[])[1, 2, 3])
        {
            await world.Inbox.StoreAsync(Message(n, $"A{n}"), None);
        }
        var rows = await world.Inbox.LoadOpenAsync(10, None);
        await world.Inbox.MarkDoneAsync(rows[1].Id, None);

        Assert.Equal(["A1", "A3"], (await world.Inbox.LoadOpenAsync(10, None)).Select(r => r.Item.MessageId));
    }

    [Fact]
    public async Task A_message_that_kills_its_handler_three_times_is_set_aside_with_an_alert()
    {
        await using var world = await World.OpenAsync();
        await world.Inbox.StoreAsync(Message(1, "A1"), None);
        var id = (await world.Inbox.LoadOpenAsync(1, None))[0].Id;

        var allowed = new List<bool>();
        for (var attempt = 0; attempt < 5; attempt++)
        {
            allowed.Add(await world.Inbox.BeginAttemptAsync(id, None));
        }

        Assert.Equal(new[] { true, true, true, false, false }, allowed);
        Assert.Empty(await world.Inbox.LoadOpenAsync(10, None));
        Assert.Equal([AlertCodes.PoisonMessage], await world.AlertCodesAsync());
    }

    private static DateTimeOffset At => new(2026, 11, 22, 7, 0, 0, TimeSpan.Zero);

    private static InboundItem Message(long position, string id) => new(position, InboundKind.Message, World.Lid(1), id, At, "{\"text\":\"!claim\"}");
}
