using Shared.Alerts;
using Shared.Conversations;
using Shared.Inbox;
using Shared.Members;
using Shared.Outbox;
using Shared.Tests.Support;

namespace Shared.Tests.Outbox;

public class OutboxTests
{
    private static CancellationToken None => CancellationToken.None;

    [Fact]
    public async Task A_chat_is_served_in_order_and_an_unsent_row_holds_back_the_next_of_its_chat_only()
    {
        await using var world = await World.OpenAsync();
        await world.SubmitAsync(await world.MemberAsync(1), "first_1");
        var second = await world.SubmitAsync(await world.MemberAsync(2), "second_2");
        World.Done(await world.Claims.FailAsync(second.Ref, "panel_error", None));

        var due = await world.Outbox.LoadDueAsync(10, None);
        Assert.Equal([World.Lid(1), World.Lid(2)], due.Select(m => m.Chat));
        await world.Outbox.PostponeAsync(due[1].MessageId, world.Time.GetUtcNow() + TimeSpan.FromMinutes(1), None);

        Assert.Equal([World.Lid(1)], (await world.Outbox.LoadDueAsync(10, None)).Select(m => m.Chat));
        world.Time.Pass(TimeSpan.FromMinutes(1));
        var again = (await world.Outbox.LoadDueAsync(10, None)).Single(m => m.Chat == World.Lid(2));
        Assert.Equal((due[1].MessageId, 1), (again.MessageId, again.Attempts));
    }

    [Fact]
    public async Task The_delivery_receipt_erases_the_secret_text()
    {
        await using var world = await World.OpenAsync();
        var credentials = await CredentialsAsync(world);
        Assert.Contains("Secret-of-32", credentials.Text, StringComparison.Ordinal);

        Assert.True(await world.Outbox.MarkReceiptAsync(credentials.MessageId, OutboxState.Delivered, null, None));

        await using var db = await world.DatabaseAsync();
        var row = db.Outbox.Single(r => r.MessageId == credentials.MessageId);
        Assert.Equal((OutboxState.Delivered, null, null), (row.State, row.ProtectedText, row.Text));
        Assert.False(await world.Outbox.MarkReceiptAsync("not-ours", OutboxState.Read, null, None));
    }

    [Fact]
    public async Task Receipts_only_go_forward()
    {
        await using var world = await World.OpenAsync();
        var message = await CredentialsAsync(world);
        await world.Outbox.MarkReceiptAsync(message.MessageId, OutboxState.Read, null, None);
        await world.Outbox.MarkReceiptAsync(message.MessageId, OutboxState.Delivered, null, None);
        await world.Outbox.MarkSentAsync(message.MessageId, world.Time.GetUtcNow(), None);

        await using var db = await world.DatabaseAsync();
        Assert.Equal(OutboxState.Read, db.Outbox.Single(r => r.MessageId == message.MessageId).State);
    }

    [Fact]
    public async Task Credentials_that_were_not_delivered_in_a_day_are_erased_and_an_operator_hears_of_it()
    {
        await using var world = await World.OpenAsync();
        var credentials = await CredentialsAsync(world);
        world.Time.Pass(TimeSpan.FromHours(24) + TimeSpan.FromSeconds(1));

        Assert.Equal(1, await world.Outbox.SweepSecretsAsync(None));
        Assert.Equal(0, await world.Outbox.SweepSecretsAsync(None));

        Assert.DoesNotContain(await world.Outbox.LoadDueAsync(10, None), m => m.MessageId == credentials.MessageId);
        Assert.Contains(AlertCodes.CredentialsExpired, await world.AlertCodesAsync());
    }

    [Fact]
    public async Task Credentials_that_were_sent_are_revoked_after_a_day()
    {
        await using var world = await World.OpenAsync();
        var credentials = await CredentialsAsync(world);
        await world.Outbox.MarkSentAsync(credentials.MessageId, world.Time.GetUtcNow(), None);
        world.Time.Pass(TimeSpan.FromHours(25));
        await world.Outbox.SweepSecretsAsync(None);

        var revoke = Assert.Single(await world.Outbox.LoadDueAsync(10, None));
        Assert.Equal((OutboxKind.Revoke, credentials.MessageId, credentials.Chat), (revoke.Kind, revoke.RevokesMessageId, revoke.Chat));
    }

    [Fact]
    public async Task Sudah_takes_the_credentials_back_also_when_they_were_on_the_wire_at_that_moment()
    {
        await using var world = await World.OpenAsync();
        var credentials = await CredentialsAsync(world);
        var member = await world.MemberAsync(1);
        var start = await world.Turns.StartAsync(member.Id, None);
        Assert.True(start.HasCredentialsMessage);
        await world.Turns.SaveAsync(new TurnEnd(await world.EventAsync(InboundKind.Message), member.Id, start.Version, "{}", Language.Indonesian, [], new TurnRequest.HideCredentials()), None);
        Assert.False((await world.Turns.StartAsync(member.Id, None)).HasCredentialsMessage);

        await world.Outbox.MarkSentAsync(credentials.MessageId, world.Time.GetUtcNow(), None); // the sender had it in hand

        Assert.Equal(credentials.MessageId, Assert.Single(await world.Outbox.LoadDueAsync(10, None)).RevokesMessageId);
    }

    /// <summary>The credentials message, all before it sent.</summary>
    private static async Task<OutboxMessage> CredentialsAsync(World world)
    {
        await world.ActiveAsync(await world.MemberAsync(1));
        while (true)
        {
            var next = (await world.Outbox.LoadDueAsync(1, None))[0];
            if (next.Text.StartsWith("ServerReady", StringComparison.Ordinal))
            {
                return next;
            }
            await world.Outbox.MarkSentAsync(next.MessageId, world.Time.GetUtcNow(), None);
        }
    }
}
