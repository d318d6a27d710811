using Sandbox.Phones;
using Sandbox.Service;
using WhatsApp;

namespace Sandbox.Tests.Service;

/// <summary>Our own client as the bot's companion, over a real socket.</summary>
public sealed class CompanionTests : IAsyncLifetime
{
    private TestWorld _test = null!;
    private LoopbackClient _bot = null!;
    private Phone _phone = null!, _ani = null!, _budi = null!;

    public async ValueTask InitializeAsync()
    {
        _test = await TestWorld.OpenAsync();
        _phone = await _test.World.AddAccountAsync("bot", "Bot", mayWriteFirst: false);
        _ani = await _test.World.AddAccountAsync("ani", "Ani");
        _budi = await _test.World.AddAccountAsync("budi", "Budi", phoneHidden: true);
        await _test.World.StartServiceAsync(TestWorld.Ct);
        _bot = await LoopbackClient.StartAsync(_test);
    }

    public async ValueTask DisposeAsync()
    {
        await _bot.DisposeAsync();
        await _test.DisposeAsync();
    }

    [Fact]
    public async Task Companion_pairs_by_code_is_told_515_and_logs_in()
    {
        await PairAsync();

        Assert.Equal(_phone.Jid.User, _bot.Client.Status.OwnPhone?.User);
        Assert.Equal(_phone.Lid.User, _bot.Client.Status.OwnLid?.User);
        Assert.Single((await _phone.ViewAsync()).Companions);
    }

    [Fact]
    public async Task Direct_texts_go_both_ways_and_the_own_phone_sees_them()
    {
        await PairAsync();

        await _ani.SendTextAsync(_phone.Jid, "ping");
        var received = await _bot.EventAsync<MessageReceived>(message => message.Text == "ping");
        await _bot.Client.SendTextAsync(received.Chat, new OutgoingText("pong"), _bot.Client.NewMessageId(), TestWorld.Ct);

        Assert.Equal(["ping", "pong"], (await _test.MessagesAsync(_ani)).Select(item => item.Text));
        Assert.Equal(["ping", "pong"], (await _test.MessagesAsync(_phone)).Select(item => item.Text));
        Assert.Equal(_ani.Jid, received.SenderPhone);
        Assert.Equal(_ani.Lid, received.Sender);
    }

    [Theory]
    [InlineData(GroupAddressing.Lid)]
    [InlineData(GroupAddressing.Phone)]
    internal async Task Group_texts_go_both_ways_and_leaving_and_joining_is_told(GroupAddressing addressing)
    {
        await PairAsync();
        var group = await _test.World.CreateGroupAsync("Kelompok", addressing, _ani, _budi, _phone);

        await _ani.SendTextAsync(group, "!claim");
        var received = await _bot.EventAsync<MessageReceived>(message => message.Text == "!claim");
        await _bot.Client.SendTextAsync(received.Chat, new OutgoingText("hello all"), _bot.Client.NewMessageId(), TestWorld.Ct);
        await _budi.LeaveAsync(group);
        var left = await _bot.EventAsync<GroupMembersChanged>(change => change.Change == MembersChange.Left);
        await _budi.JoinAsync(group);
        await _bot.EventAsync<GroupMembersChanged>(change => change.Change == MembersChange.Joined);
        await _bot.Client.SendTextAsync(received.Chat, new OutgoingText("welcome"), _bot.Client.NewMessageId(), TestWorld.Ct);

        Assert.Equal(["!claim", "hello all", "welcome"], (await _test.MessagesAsync(_ani)).Select(item => item.Text));
        Assert.Equal(["!claim", "hello all", "welcome"], (await _test.MessagesAsync(_budi)).Select(item => item.Text));
        Assert.False(left.ByActor);
        Assert.Equal(3, (await _bot.Client.GetGroupAsync(group, TestWorld.Ct)).Members.Count);
    }

    [Fact]
    public async Task Client_has_no_chat_with_somebody_who_wrote_only_in_the_group()
    {
        await PairAsync();
        var group = await _test.World.CreateGroupAsync("Kelompok", GroupAddressing.Lid, _ani, _phone);
        await _ani.SendTextAsync(group, "hi");
        await _bot.EventAsync<MessageReceived>(message => message.Text == "hi");

        Assert.Null(await _bot.Client.FindChatAsync(_ani.Lid, TestWorld.Ct));
        Assert.DoesNotContain(_test.World.EventsAfter(0), item => item.Kind == WorldEventKinds.MessageRefused);
    }

    [Fact]
    public async Task What_came_while_the_service_was_down_is_delivered_in_order_and_once()
    {
        await PairAsync();
        await _test.World.StopServiceAsync();
        for (var i = 0; i < 25; i++)
        {
            await _ani.SendTextAsync(_phone.Jid, $"waited {i}");
        }

        await _test.World.PlayAsync(new ServiceFault.DropInOfflineQueue(9) { Account = "bot" });
        await _test.World.StartServiceAsync(TestWorld.Ct);
        await _bot.EventAsync<MessageReceived>(message => message.Text == "waited 24");

        for (var i = 0; i < 25; i++)
        {
            Assert.Equal(1, _bot.CountOf<MessageReceived>(message => message.Text == $"waited {i}"));
        }
    }

    [Fact]
    public async Task Damaged_messages_heal_in_both_directions()
    {
        await PairAsync();
        await _test.World.PlayAsync(new ServiceFault.Corrupt { Account = "bot", Times = 2 });
        await _ani.SendTextAsync(_phone.Jid, "to the bot");
        var received = await _bot.EventAsync<MessageReceived>(message => message.Text == "to the bot");

        await _test.World.PlayAsync(new ServiceFault.Corrupt { Account = "ani" });
        var position = _test.World.EventsAfter(0)[^1].Position;
        await _bot.Client.SendTextAsync(received.Chat, new OutgoingText("to ani"), _bot.Client.NewMessageId(), TestWorld.Ct);
        await _test.World.WaitForAsync(item => item is { Kind: WorldEventKinds.MessageShown, Account: "ani" }, position, TestWorld.Ct);

        Assert.Equal("to ani", (await _test.MessagesAsync(_ani))[^1].Text);
    }

    [Fact]
    public async Task Unlinked_companion_is_logged_out_for_good()
    {
        await PairAsync();

        await _phone.UnlinkAsync((await _phone.ViewAsync()).Companions[0]);

        var status = await _bot.UntilAsync(status => status.Phase is SessionPhase.Halted or SessionPhase.WaitingForScan);
        Assert.Equal(SessionFaultReason.LoggedOut, status.LastFault?.Reason);
    }

    [Fact]
    public async Task Pairing_and_login_ask_for_nothing_the_service_does_not_know()
    {
        await PairAsync();
        Assert.DoesNotContain(_test.World.EventsAfter(0), item => item.Kind is WorldEventKinds.Broken);
        Assert.Empty(_test.World.Drift);
    }

    private async Task PairAsync()
    {
        var waiting = await _bot.UntilAsync(status => status is { Phase: SessionPhase.WaitingForScan, PairingQr: not null });
        Assert.Equal(ScanOutcome.Linked, await _phone.ScanAsync(waiting.PairingQr!, TestWorld.Ct));
        await _bot.UntilAsync(status => status is { Phase: SessionPhase.LoggedIn, OfflineQueueDrained: true });
    }
}
