using WhatsApp.Binary;

namespace WhatsApp.Tests.Connection;

/// <summary>What a service gone wrong sends to a running client, from the frame up.</summary>
public sealed class HostileStreamTests
{
    [Fact]
    public async Task Frames_that_hold_no_good_node_are_counted_and_the_next_stanza_is_handled()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();
        Node[] hostile =
        [
            new(""),
            new("message", null, [.. Enumerable.Repeat(new Node("enc"), 40_000)]),
            new("message", null, [.. Enumerable.Range(0, 30).Select(_ => new Node("enc", null, [.. Enumerable.Repeat(new Node("x"), 20_000)]))]),
            Nested(1000),
        ];

        foreach (var stanza in hostile)
        {
            await connection.SendAsync(stanza);
        }

        await connection.SendAsync(Change("N1"));
        Assert.Equal("N1", (await connection.ExpectAsync("ack"))["id"]);

        Assert.Equal(hostile.Length, bed.Client.Counters.MalformedCount);
        Assert.Equal(SessionPhase.LoggedIn, bed.Client.Status.Phase);
        await foreach (var item in bed.Client.ReadEventsAsync(CancellationToken.None))
        {
            Assert.Equal(GroupChange.InfoChanged, Assert.IsType<GroupChanged>(item).Change);
            break;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(15)]
    [InlineData(5000)]
    public async Task A_frame_that_does_not_authenticate_ends_the_connection_and_the_client_comes_back(int size)
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();

        await connection.SendGarbageAsync(new byte[size]);

        Assert.Equal(SessionFaultReason.BrokenStream, (await bed.UntilAsync(SessionPhase.WaitingToReconnect)).LastFault!.Reason);
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(3));
        await using var next = await bed.LoggedInAsync();
        await next.SendAsync(Change("N2"));
        Assert.Equal("N2", (await next.ExpectAsync("ack"))["id"]);
    }

    [Fact]
    public async Task A_service_with_a_forged_certificate_learns_nothing_and_is_tried_again_later()
    {
        await using var bed = new SessionBed();
        bed.TrustRoot = new(WhatsApp.Crypto.KeyPair.Generate(new SystemRandomSource()).Public); // the service's chain is not of this root
        await bed.StartPairedAsync();

        await Assert.ThrowsAnyAsync<Exception>(bed.Service.AcceptAsync); // it never gets the client's part of the handshake

        Assert.Equal(SessionFaultReason.HandshakeFailed, (await bed.UntilAsync(SessionPhase.WaitingToReconnect)).LastFault!.Reason);
    }

    [Fact]
    public async Task Disposing_ends_the_stream_of_who_reads_and_the_wait_of_who_sends()
    {
        await using var bed = new SessionBed();
        await bed.StartPairedAsync();
        await using var connection = await bed.LoggedInAsync();
        var read = 0;
        var reading = ReadAsync(bed.Client); // waits for the first event when this returns
        var asking = bed.Client.GetGroupAsync(new Jid("120363", JidServers.Group), CancellationToken.None);
        await connection.ExpectIqAsync("w:g2");

        await bed.CloseAsync();

        await reading.WaitAsync(Patience.Limit);
        Assert.Equal(0, read);
        await Assert.ThrowsAsync<NotConnectedException>(() => asking.WaitAsync(Patience.Limit));

        async Task ReadAsync(WhatsAppClient client)
        {
            await foreach (var _ in client.ReadEventsAsync(CancellationToken.None))
            {
                read++;
            }
        }
    }

    private static Node Nested(int depth)
    {
        var node = new Node("x");
        for (; depth > 0; depth--)
        {
            node = new Node("x", null, node);
        }

        return node;
    }

    private static Node Change(string id) => new(
        "notification",
        new() { ["type"] = "w:gp2", ["from"] = new Jid("120363", JidServers.Group), ["id"] = id, ["t"] = 1_793_534_400 },
        new Node("subject", new() { ["subject"] = "New" }));
}
