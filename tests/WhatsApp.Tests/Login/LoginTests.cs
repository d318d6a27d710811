using WhatsApp.Binary;
using WhatsApp.Login;
using WhatsApp.Store;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Login;

public class LoginTests
{
    [Fact]
    public async Task Login_says_who_we_are_learns_our_LID_and_the_service_s_clock()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.Service.AcceptAsync();

        Assert.Equal(628000000001UL, connection.Payload.Username);
        Assert.Equal(7U, connection.Payload.Device);
        Assert.True(connection.Payload.Passive && connection.Payload.Pull && connection.Payload.LidDbMigrated);
        Assert.Null(connection.Payload.DevicePairingData);

        var lid = new Jid("100000000000099", JidServers.Lid, 7);
        await connection.LogInAsync(lid: lid);
        var status = await bed.UntilAsync(SessionPhase.LoggedIn);

        Assert.Equal(SessionBed.OwnPhone.Bare, status.OwnPhone);
        Assert.Equal(lid.Bare, status.OwnLid);
        var (learned, offset) = await bed.Database.RunAsync("test", store => (store.Lids.LidOf(SessionBed.OwnPhone), store.Device.Required.ServerOffset));
        Assert.Equal(lid.Bare, learned);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_793_534_400) - bed.Clock.GetUtcNow(), offset);
    }

    [Theory]
    [InlineData(50, 0)]
    [InlineData(5, 0)]
    [InlineData(4, PreKeySupply.LaterUpload)]
    [InlineData(0, PreKeySupply.LaterUpload)]
    public async Task Prekeys_are_uploaded_at_login_when_fewer_than_five_are_left(int left, int uploaded)
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.Service.AcceptAsync();

        var upload = await connection.LogInAsync(left);

        Assert.Equal(uploaded, upload?.Child("list")?.Children.Count ?? 0);
    }

    [Fact]
    public async Task An_upload_without_a_result_is_repeated_with_the_same_keys_at_the_next_login()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var first = await bed.Service.AcceptAsync();
        await first.SendAsync(new Node("success", new() { ["t"] = 1 }));
        await first.ReplyAsync(await first.ExpectIqAsync("encrypt"), new Node("count", new() { ["value"] = 0 }));
        var lost = await first.ExpectIqAsync("encrypt");
        await first.DisposeAsync(); // no result: nobody knows whether the service has them
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(3));

        await using var second = await bed.Service.AcceptAsync();
        var repeated = await second.LogInAsync(preKeysLeft: 0);
        await second.SendAsync(Low(1));
        await second.ReplyAsync(await second.ExpectIqAsync("encrypt"), new Node("count", new() { ["value"] = 1 }));
        var later = await second.ExpectIqAsync("encrypt");

        Assert.Equal(Ids(lost), Ids(repeated!));
        Assert.Empty(Ids(later).Intersect(Ids(lost)));
    }

    [Fact]
    public async Task A_notice_of_few_prekeys_is_acked_and_brings_an_upload()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        await connection.SendAsync(Low(9));

        var answers = new List<Node> { await connection.ExpectAsync(node => node.Tag is "ack" or "iq"), await connection.ExpectAsync(node => node.Tag is "ack" or "iq") };
        var ack = Assert.Single(answers, node => node.Tag == "ack");
        Assert.Equal("notification", ack["class"]);
        Assert.Equal("n1", ack["id"]);
        await connection.ReplyAsync(Assert.Single(answers, node => node.Tag == "iq"), new Node("count", new() { ["value"] = 9 }));
        Assert.Equal(PreKeySupply.LaterUpload, (await connection.ExpectIqAsync("encrypt")).Child("list")!.Children.Count);
    }

    [Fact]
    public async Task Prekeys_refused_by_the_service_do_not_keep_us_from_logging_in()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.Service.AcceptAsync();

        await connection.SendAsync(new Node("success", new() { ["t"] = 1 }));
        await connection.RefuseAsync(await connection.ExpectIqAsync("encrypt"), 503, "later");
        await connection.ReplyAsync(await connection.ExpectIqAsync("passive"));

        await bed.UntilAsync(SessionPhase.LoggedIn);
    }

    [Fact]
    public async Task The_offline_queue_is_pulled_batch_by_batch_and_its_end_is_told()
    {
        await using var bed = new SessionBed();
        var drained = new TaskCompletionSource();
        await bed.StartPairedAsync(client => client.Services.Moments.OnOfflineDrained(_ =>
        {
            drained.SetResult();
            return Task.CompletedTask;
        }));
        await using var connection = await bed.LoggedInAsync(drain: false);

        await connection.SendAsync(new Node("ib", null, new Node("offline_preview", new() { ["count"] = 300 })));
        Assert.Equal("200", (await connection.ExpectAsync("ib")).Child("offline_batch")!["count"]);
        await connection.SendAsync(Offline("a"));
        await connection.ExpectAsync("ack");
        await bed.Clock.PassAsync(TimeSpan.FromMilliseconds(100));
        Assert.Equal("200", (await connection.ExpectAsync("ib")).Child("offline_batch")!["count"]);
        Assert.False(bed.Client.Status.OfflineQueueDrained);

        await connection.SendAsync(new Node("ib", null, new Node("offline", new() { ["count"] = 300 })));

        await bed.UntilAsync(status => status.OfflineQueueDrained);
        await drained.Task.WaitAsync(Patience.Limit);
        Assert.DoesNotContain(connection.PassedOver, node => node.Tag == "presence");
        Assert.Equal("unavailable", (await connection.ExpectAsync("presence"))["type"]);
    }

    [Fact]
    public async Task An_offline_queue_without_an_end_is_taken_as_drained_after_a_minute()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.Service.AcceptAsync();
        await connection.SendAsync(new Node("success", new() { ["t"] = 1 }));
        await connection.ReplyAsync(await connection.ExpectIqAsync("encrypt"), new Node("count", new() { ["value"] = 50 }));
        await connection.ReplyAsync(await connection.ExpectIqAsync("passive"));
        await bed.UntilAsync(SessionPhase.LoggedIn);

        await connection.SendAsync(Offline("a")); // it is still coming: the minute begins anew
        await connection.ExpectAsync("ack");
        await bed.Clock.PassAsync(TimeSpan.FromMinutes(1));
        await bed.Clock.PassAsync(TimeSpan.FromMinutes(1));

        await bed.UntilAsync(status => status.OfflineQueueDrained);
        await connection.ExpectAsync("presence");
    }

    [Fact]
    public async Task Edge_routing_leads_the_next_connection_and_is_dropped_when_it_leads_nowhere()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using (var first = await bed.LoggedInAsync())
        {
            Assert.Empty(first.Routing);
            await first.SendAsync(new Node("ib", null, new Node("edge_routing", null, new Node("routing_info", null, new byte[] { 8, 2, 8, 5 }))));
            await first.SendAsync(Offline("after")); // its ack says that what came before is handled
            await first.ExpectAsync("ack");
        }

        await bed.Clock.PassAsync(TimeSpan.FromSeconds(3));
        Assert.Equal([8, 2, 8, 5], await bed.Service.HangUpAsync());
        await using var second = await bed.Service.AcceptAsync();

        Assert.Empty(second.Routing);
        Assert.Null(await bed.Database.RunAsync("test", store => store.Device.Required.EdgeRouting));
    }

    [Fact]
    public async Task A_dirty_notice_makes_groups_stale_reads_them_again_and_is_cleaned_after_that()
    {
        await using var bed = new SessionBed();
        var group = new Jid("120363000000000001", JidServers.Group);
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();
        var reading = bed.Client.GetGroupAsync(group, CancellationToken.None);
        await connection.ReplyAsync(await connection.ExpectIqAsync("w:g2"), Group(group, "before"));
        await reading;

        await connection.SendAsync(new Node("ib", null, new Node("dirty", new() { ["type"] = "groups", ["timestamp"] = 123 })));
        var asked = await connection.ExpectAsync(node => node["xmlns"] is "w:g2" or "urn:xmpp:whatsapp:dirty");
        Assert.NotNull(asked.Child("participating"));
        Assert.True(await bed.Database.RunAsync("test", store => store.Groups.Load(group)!.Stale));
        await connection.ReplyAsync(asked, new Node("groups", null, Group(group, "after")));
        var clean = await connection.ExpectIqAsync("urn:xmpp:whatsapp:dirty");

        Assert.Equal(("groups", "123"), (clean.Child("clean")!["type"], clean.Child("clean")!["timestamp"]));
        Assert.False(await bed.Database.RunAsync("test", store => store.Groups.Load(group)!.Stale));
        await using var events = bed.Client.ReadEventsAsync(CancellationToken.None).GetAsyncEnumerator();
        Assert.True(await events.MoveNextAsync().AsTask().WaitAsync(Patience.Limit));
        Assert.Equal((group, GroupChange.Stale), (((GroupChanged)events.Current).Group, ((GroupChanged)events.Current).Change));
    }

    [Fact]
    public async Task A_dirty_notice_whose_groups_cannot_be_read_is_not_cleaned_so_that_it_comes_again()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        await connection.SendAsync(new Node("ib", null, new Node("dirty", new() { ["type"] = "groups", ["timestamp"] = 123 })));
        await connection.RefuseAsync(await connection.ExpectIqAsync("w:g2"), 503, "service-unavailable");
        await connection.SendAsync(new Node("ib", null, new Node("dirty", new() { ["type"] = "syncd_app_state", ["timestamp"] = 124 })));
        var clean = await connection.ExpectIqAsync("urn:xmpp:whatsapp:dirty");

        Assert.Equal("syncd_app_state", clean.Child("clean")!["type"]); // what nobody keeps is cleaned at once
        Assert.DoesNotContain(connection.PassedOver, node => node["xmlns"] == "urn:xmpp:whatsapp:dirty");
    }

    private static Node Group(Jid group, string subject) => new(
        "group",
        new() { ["id"] = group.User, ["subject"] = subject, ["addressing_mode"] = "lid", ["p_v_id"] = 1 },
        new Node("participant", new() { ["jid"] = SessionBed.OwnLid.Bare, ["phone_number"] = SessionBed.OwnPhone.Bare }));

    private static Node Low(int left) =>
        new("notification", new() { ["type"] = "encrypt", ["from"] = Jid.Service, ["id"] = "n1" }, new Node("count", new() { ["value"] = left }));

    private static Node Offline(string id) =>
        new("notification", new() { ["type"] = "psa", ["from"] = Jid.Service, ["id"] = id, ["offline"] = "0" });

    private static string[] Ids(Node upload) => [.. upload.Child("list")!.Children.Select(key => Convert.ToHexString(key.Child("id")!.Bytes!.Value.Span))];
}
