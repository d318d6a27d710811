using Microsoft.EntityFrameworkCore;
using Shared.Inbox;
using WaBot.Tests.Support;
using WhatsApp;

namespace WaBot.Tests.Inbox;

public class InboxFlowTests
{
    [Fact]
    public async Task An_event_is_in_the_inbox_before_it_is_acknowledged()
    {
        await using var host = new HostUnderTest();
        IReadOnlyList<OpenInboundItem>? open = null;
        var done = false;
        host.WhatsApp.OnAcknowledge = _ =>
        {
            // Stored: a second try to store the same event is refused.
            var again = host.Get<IInbox>().StoreAsync(new InboundItem(99, InboundKind.Message, Events.Budi.ToString(), "IN1", Events.At, "{}"), CancellationToken.None);
            done = !again.GetAwaiter().GetResult();
            open = [];
        };
        await host.StartAsync();

        host.WhatsApp.Raise(Events.Private(1, Events.Budi, "!help"));

        await HostUnderTest.Until(() => open is not null);
        Assert.True(done);
    }

    [Fact]
    public async Task A_message_delivered_twice_is_answered_once()
    {
        await using var host = await new HostUnderTest().StartAsync();
        host.LogIn();

        host.WhatsApp.Raise(Events.Private(1, Events.Budi, "!help", "SAME"));
        host.WhatsApp.Raise(Events.Private(2, Events.Budi, "!help", "SAME"));
        host.WhatsApp.Raise(Events.Private(3, Events.Sari, "!help"));

        await HostUnderTest.Until(() => host.WhatsApp.Acknowledged == 3 && host.WhatsApp.Sent.Count >= 2);
        Assert.Single(host.WhatsApp.Sent, m => m.Chat == Events.Budi.ToString());
    }

    [Fact]
    public async Task Group_chatter_is_acknowledged_and_not_kept()
    {
        await using var host = await new HostUnderTest().StartAsync();
        host.LogIn();

        host.WhatsApp.Raise(Events.InGroup(1, Events.Budi, "selamat pagi"));
        host.WhatsApp.Raise(Events.InGroup(2, Events.Budi, "!claim"));

        await HostUnderTest.Until(() => !host.WhatsApp.Sent.IsEmpty);
        Assert.Equal(2, host.WhatsApp.Acknowledged);
        var (chat, text, _) = Assert.Single(host.WhatsApp.Sent);
        Assert.Equal(HostUnderTest.Group.ToString(), chat);
        Assert.Contains("wa.me/628000000000", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_group_chatter_neither_a_row_nor_a_member_remains()
    {
        await using var host = await new HostUnderTest().StartAsync();
        host.LogIn();
        var elsewhere = Events.InGroup(3, Events.Tono, "!claim") with { Chat = new ChatHandle(Jid.Parse("120363000000000099@g.us")) };

        host.WhatsApp.Raise(Events.InGroup(1, Events.Budi, "selamat pagi, ada yang punya !claim?"));
        host.WhatsApp.Raise(Events.InGroup(2, Events.Sari, "x") with { Kind = MessageKind.Other, Text = null });
        host.WhatsApp.Raise(elsewhere); // not our group
        await HostUnderTest.Until(() => host.WhatsApp.Acknowledged == 3);

        Assert.Equal((0, 0, 0), await host.ReadAsync(async db => (await db.Inbox.CountAsync(), await db.Members.CountAsync(), await db.Conversations.CountAsync())));
    }

    [Fact]
    public async Task What_a_kill_left_undone_is_done_after_the_next_start_and_sent_under_the_same_id()
    {
        var whatsApp = new FakeWhatsApp();
        var firstIds = new List<string>();
        whatsApp.OnSend = id =>
        {
            lock (firstIds)
            {
                firstIds.Add(id);
            }
            throw new NotConnectedException(); // written, but the answer never comes
        };
        var folder = Directory.CreateTempSubdirectory("wabot-restart-").FullName;
        var before = await new HostUnderTest(folder) { WhatsApp = whatsApp }.StartAsync();
        before.LogIn();
        whatsApp.Raise(Events.Private(1, Events.Budi, "!help"));
        await HostUnderTest.Until(() => firstIds.Count > 0);
        await before.StopAsync();

        whatsApp.OnSend = null;
        await using var after = await new HostUnderTest(folder) { WhatsApp = whatsApp }.StartAsync();
        after.Time.Advance(TimeSpan.FromMinutes(1));
        after.LogIn();

        await HostUnderTest.Until(() =>
        {
            after.Time.Advance(TimeSpan.FromSeconds(2));
            return !whatsApp.Sent.IsEmpty;
        });
        Assert.Equal(firstIds[0], Assert.Single(whatsApp.Sent).Id);
    }
}
