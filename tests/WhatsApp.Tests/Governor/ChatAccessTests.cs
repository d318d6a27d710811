using System.Globalization;
using System.Text;
using WhatsApp.Binary;
using WhatsApp.Store;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Governor;

public sealed class ChatAccessTests
{
    private static readonly Jid Group = Jid.Parse("1203630001@g.us");

    [Fact]
    public async Task A_463_closes_this_chat_until_the_person_writes_again_and_no_other()
    {
        await using var service = new TestService();
        var (bot, ani, budi) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        service.AnswerMessage = (stanza, ack) => stanza.JidOf("to")!.Value.Bare == ani.Lid.Bare ? Refuse(ack, 463) : ack;

        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(ani.Phone.Bare, "one", "B1"));
        var closed = await AccessAsync(bot, ani.Phone.Bare);
        var blocked = await Assert.ThrowsAsync<WriteBlockedException>(() => bot.SayAsync(ani.Lid.Bare, "two", "B2"));
        await Assert.ThrowsAsync<WriteBlockedException>(() => bot.SayAsync(ani.Lid.Bare, "one", "B1"));
        await bot.SayAsync(budi.Phone.Bare, "other", "B3");

        Assert.Equal(new ChatAccess(WriteObstacle.NoPermission, null), closed);
        Assert.Equal(closed, blocked.Access);
        Assert.Equal(2, bot.Written.Count(node => node.Tag == "message"));

        service.AnswerMessage = (_, ack) => ack;
        service.Time.Advance(TimeSpan.FromMinutes(1));
        await ani.SayAsync(bot.Phone.Bare, "hello?", "M1");
        await service.DeliverAsync();

        Assert.True((await AccessAsync(bot, ani.Lid.Bare)).IsAllowed);
        await bot.SayAsync(ani.Lid.Bare, "answer", "B4");
    }

    [Fact]
    public async Task A_token_opens_a_closed_chat_but_not_one_given_before_the_refusal()
    {
        await using var service = new TestService();
        var (bot, ani) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        service.AnswerMessage = (_, ack) => Refuse(ack, 463);
        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(ani.Phone.Bare, "one", "B1"));

        await bot.ReceiveAsync(TokenOf(ani, service.Time.GetUtcNow().AddDays(-1), "N1"));
        Assert.False((await AccessAsync(bot, ani.Lid.Bare)).IsAllowed);
        await bot.ReceiveAsync(TokenOf(ani, service.Time.GetUtcNow().AddSeconds(5), "N2"));

        Assert.True((await AccessAsync(bot, ani.Lid.Bare)).IsAllowed);
    }

    [Fact]
    public async Task A_429_lets_the_whole_account_rest_longer_each_time_and_outlives_a_restart()
    {
        await using var service = new TestService();
        var (bot, ani, budi) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        service.Groups[Group] = new TestGroup(Group, true).With(bot, ani);
        service.AnswerMessage = (_, ack) => Refuse(ack, 429);

        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(ani.Phone.Bare, "one", "B1"));
        var first = await AccessAsync(bot, budi.Lid.Bare);
        await bot.RestartAsync();
        await bot.LogInAsync();
        Assert.Equal(first, await AccessAsync(bot, Group));
        Assert.Equal(new ChatAccess(WriteObstacle.RateLimited, service.Time.GetUtcNow().AddMinutes(1)), first);
        await Assert.ThrowsAsync<WriteBlockedException>(() => bot.SayAsync(Group, "group", "B2"));

        service.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.True((await AccessAsync(bot, ani.Phone.Bare)).IsAllowed);
        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(ani.Phone.Bare, "three", "B3"));

        Assert.Equal(service.Time.GetUtcNow().AddMinutes(2), (await AccessAsync(bot, ani.Phone.Bare)).Until);
        Assert.Equal(2, bot.Written.Count(node => node.Tag == "message"));
        var told = await bot.EventsAsync<AccountRestrictionChanged>();
        Assert.All(told, item => Assert.Equal((WriteObstacle.RateLimited, true), (item.Obstacle, item.IsActive)));
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public async Task A_475_closes_chats_in_which_nobody_has_written_for_a_day_and_leaves_running_ones_open()
    {
        await using var service = new TestService();
        var (bot, ani, budi, citra) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"), await service.AddAsync("4"));
        await budi.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();
        service.AnswerMessage = (_, ack) => Refuse(ack, 475);

        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(ani.Phone.Bare, "one", "B1"));

        Assert.Equal(new ChatAccess(WriteObstacle.NewChatQuota, null), await AccessAsync(bot, ani.Phone.Bare));
        Assert.Equal(new ChatAccess(WriteObstacle.NewChatQuota, service.Time.GetUtcNow().AddHours(24)), await AccessAsync(bot, citra.Phone.Bare));
        Assert.True((await AccessAsync(bot, budi.Lid.Bare)).IsAllowed);
        Assert.Equal(service.Time.GetUtcNow().AddHours(24), Assert.Single(await bot.EventsAsync<AccountRestrictionChanged>()).Until);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_time_lock_closes_chats_without_a_running_conversation_until_its_end(bool asText)
    {
        await using var service = new TestService();
        var (bot, ani, budi, citra) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"), await service.AddAsync("4"));
        await budi.SayAsync(bot.Phone.Bare, "!claim", "M1");
        await service.DeliverAsync();
        await bot.ReceiveAsync(TokenOf(citra, service.Time.GetUtcNow(), "N0"));
        var ends = service.Time.GetUtcNow().AddHours(6);

        await bot.ReceiveAsync(Timelock("N1", true, ends, asText));
        await bot.ReceiveAsync(Timelock("N2", true, ends, asText)); // told twice

        Assert.Equal(new ChatAccess(WriteObstacle.Timelock, ends), await AccessAsync(bot, ani.Phone.Bare));
        Assert.True((await AccessAsync(bot, budi.Lid.Bare)).IsAllowed);
        Assert.True((await AccessAsync(bot, citra.Lid.Bare)).IsAllowed);
        Assert.True((await AccessAsync(bot, Group)).IsAllowed);
        service.AnswerMessage = (_, ack) => Refuse(ack, 463);
        await Assert.ThrowsAsync<ServerRefusedException>(() => bot.SayAsync(budi.Lid.Bare, "answer", "B1"));
        Assert.Equal(new ChatAccess(WriteObstacle.Timelock, ends), await AccessAsync(bot, budi.Lid.Bare));

        service.Time.Advance(TimeSpan.FromHours(6));
        Assert.True((await AccessAsync(bot, ani.Phone.Bare)).IsAllowed);
        Assert.True((await AccessAsync(bot, budi.Lid.Bare)).IsAllowed);
        await bot.ReceiveAsync(Timelock("N3", false, ends, asText));

        Assert.Equal([(true, (DateTimeOffset?)ends), (false, null)], (await bot.EventsAsync<AccountRestrictionChanged>()).Select(item => (item.IsActive, item.Until)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"data\":3}")]
    [InlineData("{\"data\":{\"xwa2_notify_account_reachout_timelock\":{\"is_active\":\"no\"}}}")]
    [InlineData("{\"data\":{\"xwa2_notify_account_reachout_timelock\":[]}}")]
    public async Task A_notice_that_cannot_be_read_is_acknowledged_and_opens_nothing(string json)
    {
        await using var service = new TestService();
        var (bot, ani) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        await bot.ReceiveAsync(Timelock("N1", true, service.Time.GetUtcNow().AddHours(6), asText: true));

        await bot.ReceiveAsync(Mex("N2", json));

        Assert.False((await AccessAsync(bot, ani.Phone.Bare)).IsAllowed);
        Assert.Contains(bot.Written, node => node.Tag == "ack" && node["id"] == "N2");
    }

    [Theory]
    [InlineData("whatsapp.timelock-told.before")]
    [InlineData("whatsapp.timelock-told.after")]
    public async Task Killed_around_a_time_lock_s_notice_the_lock_stands_after_it_came_again(string point)
    {
        await using var service = new TestService();
        var (bot, ani) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        var ends = service.Time.GetUtcNow().AddHours(6);
        bot.Probe = name =>
        {
            if (name == point)
            {
                throw new InvalidOperationException("killed");
            }
        };

        await Assert.ThrowsAsync<SessionStoreException>(() => bot.ReceiveAsync(Timelock("N1", true, ends, asText: true)));
        bot.Probe = null;
        await bot.RestartAsync();
        await bot.LogInAsync();
        await bot.ReceiveAsync(Timelock("N1", true, ends, asText: true)); // unanswered, so the service brings it again

        Assert.Equal(new ChatAccess(WriteObstacle.Timelock, ends), await AccessAsync(bot, ani.Phone.Bare));
        Assert.Single(await bot.EventsAsync<AccountRestrictionChanged>());
    }

    [Fact]
    public async Task A_message_that_got_no_answer_is_not_written_again_into_a_chat_that_was_closed_since()
    {
        await using var service = new TestService();
        var (bot, ani) = (await service.AddAsync("1", 1), await service.AddAsync("2"));
        bot.Probe = name =>
        {
            if (name == "whatsapp.message-sent.after")
            {
                bot.IsConnected = false;
            }
        };
        await Assert.ThrowsAsync<NotConnectedException>(() => bot.SayAsync(ani.Phone.Bare, "kept", "B1"));
        bot.Probe = null;
        await bot.ReceiveAsync(Timelock("N1", true, service.Time.GetUtcNow().AddHours(6), asText: true));

        await bot.LogInAsync();
        Assert.DoesNotContain(bot.Written, node => node.Tag == "message");
        service.Time.Advance(TimeSpan.FromHours(7));
        await bot.LogInAsync();

        Assert.Single(bot.Written, node => node.Tag == "message");
    }

    [Fact]
    public async Task A_move_from_number_to_lid_takes_the_refusal_and_the_last_word_along()
    {
        await using var service = new TestService();
        var bot = await service.AddAsync("1", 1);
        var (phone, lid) = (Jid.Parse("628000777@s.whatsapp.net"), Jid.Parse("99777@lid"));
        var now = service.Time.GetUtcNow();
        await bot.Database.RunAsync("test", store =>
        {
            store.Chats.Add(store.Lids.PeerOf(phone), now);
            store.TokenIssues.Save(store.Lids.PeerOf(phone), now);
            store.Restrictions.Set(store.Lids.PeerOf(phone), new(WriteObstacle.NoPermission, now, null, 0));
            store.Lids.Learn(phone, lid, now);
        });

        Assert.Equal(WriteObstacle.NoPermission, (await AccessAsync(bot, lid)).Obstacle);
        Assert.Equal(((DateTimeOffset?)now, (DateTimeOffset?)now), await bot.Database.RunAsync("test", store => (store.Chats.LastAt(store.Lids.PeerOf(lid)), store.TokenIssues.LastAt(store.Lids.PeerOf(lid)))));
    }

    private static Task<ChatAccess> AccessAsync(TestDevice device, Jid chat) => device.Messaging.CanWriteAsync(new ChatHandle(chat), CancellationToken.None);

    private static Node Timelock(string id, bool active, DateTimeOffset ends, bool asText)
    {
        var seconds = ends.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var time = asText ? $"\"{seconds}\"" : seconds;
        var lockText = $$"""{"is_active":{{(active ? "true" : "false")}},"time_enforcement_ends":{{time}},"enforcement_type":"RESTRICT_ALL_COMPANIONS"}""";
        return Mex(id, "{\"data\":{\"xwa2_notify_account_reachout_timelock\":" + lockText + "}}");
    }

    private static Node Mex(string id, string json) => new(
        "notification",
        new() { ["type"] = "mex", ["from"] = Jid.Service, ["id"] = id, ["t"] = 1_772_366_400 },
        new Node("update", new() { ["op_name"] = "NotificationUserReachoutTimelockUpdate" }, Encoding.UTF8.GetBytes(json)));

    private static Node TokenOf(TestDevice person, DateTimeOffset at, string id) => new(
        "notification",
        new() { ["type"] = "privacy_token", ["from"] = person.Lid.Bare, ["id"] = id, ["t"] = 1 },
        new Node("tokens", null, new Node("token", new() { ["type"] = "trusted_contact", ["t"] = at.ToUnixTimeSeconds() }, new byte[] { 7, 7 })));

    private static Node Refuse(Node ack, int code)
    {
        ack.Attributes["error"] = code;
        return ack;
    }
}
