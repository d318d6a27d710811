using Microsoft.EntityFrameworkCore;
using Shared.Outbox;
using WaBot.Tests.Support;
using WhatsApp;

namespace WaBot.Tests.Outbox;

public class DeliveryTests
{
    [Theory]
    [InlineData(463)]
    [InlineData(475)]
    [InlineData(429)]
    public async Task A_refusal_that_trying_again_would_make_worse_is_final_and_the_next_message_goes_out(int code)
    {
        await using var host = await StartedAsync();
        var refused = 0;
        host.WhatsApp.OnSend = _ =>
        {
            if (Interlocked.Increment(ref refused) == 1)
            {
                throw new ServerRefusedException(code);
            }
        };

        host.WhatsApp.Raise(Events.Private(2, Events.Budi, "!help"));
        await HostUnderTest.Until(async () => await StateAsync(host, r => r.FailureCode == $"refused_{code}") == OutboxState.Failed);
        host.WhatsApp.Raise(Events.Private(3, Events.Budi, "!status"));
        await HostUnderTest.Until(() => refused == 2);

        host.Time.Advance(TimeSpan.FromHours(1));
        await HostUnderTest.Until(async () => await host.ReadAsync(db => db.Outbox.CountAsync(r => r.State == OutboxState.Sent)) == 2); // the first help and the status
        Assert.Equal(2, refused);
    }

    [Fact]
    public async Task What_may_not_be_written_now_waits_without_a_try_and_goes_out_when_the_session_allows_it()
    {
        await using var host = await StartedAsync();
        var until = host.Time.GetUtcNow() + TimeSpan.FromMinutes(10);
        var tries = 0;
        host.WhatsApp.OnSend = _ => Interlocked.Increment(ref tries);
        host.WhatsApp.Access = _ => host.Time.GetUtcNow() < until ? new ChatAccess(WriteObstacle.RateLimited, until) : ChatAccess.Granted;

        host.WhatsApp.Raise(Events.Private(2, Events.Budi, "!help"));
        await HostUnderTest.Until(async () => await host.ReadAsync(db => db.Outbox.AnyAsync(r => r.State == OutboxState.Queued && r.Attempts == 1)));
        Assert.Equal(0, tries);

        await HostUnderTest.Until(async () =>
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            return await host.ReadAsync(db => db.Outbox.CountAsync(r => r.State == OutboxState.Sent)) == 2;
        });
        Assert.Equal(1, tries);
        Assert.True(host.Time.GetUtcNow() >= until);
    }

    [Fact]
    public async Task A_chat_only_its_member_can_open_again_waits_for_that()
    {
        await using var host = await StartedAsync();
        var open = false;
        var tries = 0;
        host.WhatsApp.OnSend = _ => Interlocked.Increment(ref tries);
        host.WhatsApp.Access = _ => Volatile.Read(ref open) ? ChatAccess.Granted : new ChatAccess(WriteObstacle.NoPermission, null);

        host.WhatsApp.Raise(Events.Private(2, Events.Budi, "!help"));
        await HostUnderTest.Until(async () =>
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            return await host.ReadAsync(db => db.Outbox.AnyAsync(r => r.State == OutboxState.Queued && r.Attempts >= 3));
        });
        Assert.Equal(0, tries);
        Volatile.Write(ref open, true);

        await HostUnderTest.Until(async () =>
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            return await host.ReadAsync(db => db.Outbox.CountAsync(r => r.State == OutboxState.Sent)) == 2;
        });
        Assert.Equal(1, tries);
    }

    [Fact]
    public async Task A_restriction_of_the_account_is_an_alert_and_so_is_its_end()
    {
        await using var host = await StartedAsync();

        host.WhatsApp.Raise(new AccountRestrictionChanged { Position = 90, At = Events.At, Obstacle = WriteObstacle.Timelock, IsActive = true, Until = Events.At.AddHours(6) });
        host.WhatsApp.Raise(new AccountRestrictionChanged { Position = 91, At = Events.At, Obstacle = WriteObstacle.Timelock, IsActive = false });

        await HostUnderTest.Until(async () => await host.ReadAsync(db => db.Alerts.CountAsync(a => a.Code == "account_restricted" || a.Code == "account_released")) == 2);
    }

    [Fact]
    public async Task A_delivery_receipt_marks_the_message_and_erases_the_password()
    {
        await using var host = await StartedAsync();
        await host.ActiveClaimAsync(Events.Budi.ToString());
        var id = await CredentialsSentAsync(host);

        host.WhatsApp.Raise(new MessageStateChanged { Position = 50, At = Events.At, MessageId = id, Chat = Events.Budi, By = Events.Budi, State = MessageState.Delivered });

        await HostUnderTest.Until(async () => await StateAsync(host, r => r.MessageId == id) == OutboxState.Delivered);
        Assert.Null(await host.ReadAsync(db => db.Outbox.Where(r => r.MessageId == id).Select(r => r.ProtectedText).SingleAsync()));
    }

    [Fact]
    public async Task Sudah_takes_the_credentials_message_back_once()
    {
        await using var host = await StartedAsync();
        await host.ActiveClaimAsync(Events.Budi.ToString());
        var id = await CredentialsSentAsync(host);

        host.WhatsApp.Raise(Events.Private(60, Events.Budi, "sudah"));
        await HostUnderTest.Until(() => !host.WhatsApp.Revoked.IsEmpty);
        host.WhatsApp.Raise(Events.Private(61, Events.Budi, "sudah"));
        host.WhatsApp.Raise(Events.Private(62, Events.Budi, "!status"));
        await HostUnderTest.Until(() => host.WhatsApp.Sent.Any(m => m.Text.Contains("aktif", StringComparison.OrdinalIgnoreCase) || m.Text.Contains("budi_27* –", StringComparison.Ordinal)));

        Assert.Equal((Events.Budi.ToString(), id), (Assert.Single(host.WhatsApp.Revoked).Chat, host.WhatsApp.Revoked.First().Revoked));
    }

    [Fact]
    public async Task A_member_who_does_not_say_sudah_is_reminded_once_after_half_an_hour()
    {
        await using var host = await StartedAsync();
        await host.ActiveClaimAsync(Events.Budi.ToString());
        await CredentialsSentAsync(host);

        await HostUnderTest.Until(() =>
        {
            host.Time.Advance(TimeSpan.FromMinutes(5)); // the sweep's own rhythm
            return host.WhatsApp.Sent.Any(m => m.Text.Contains("Sudah ganti password", StringComparison.Ordinal));
        });
        await host.Get<IOutbox>().SweepSecretsAsync(CancellationToken.None);

        Assert.Equal(1, await host.ReadAsync(db => db.ClaimEvents.CountAsync(e => e.Kind == "credentialsReminder")));
        Assert.True(await host.ReadAsync(async db => (await db.Outbox.FirstAsync(r => r.Text!.Contains("Sudah ganti"))).CreatedAt - (await db.Outbox.FirstAsync(r => r.IsSecret)).CreatedAt) >= TimeSpan.FromMinutes(30));
    }

    private static async Task<HostUnderTest> StartedAsync()
    {
        var host = new HostUnderTest();
        host.WhatsApp.Rosters[HostUnderTest.Group] = () => Task.FromResult(Events.Roster(Events.Budi, Events.Sari, Events.Tono));
        await host.StartAsync();
        host.LogIn();
        host.WhatsApp.Raise(Events.Private(1, Events.Budi, "!help")); // opens the chat
        await HostUnderTest.Until(async () => await host.ReadAsync(db => db.Outbox.AnyAsync(r => r.State == OutboxState.Sent)));
        return host;
    }

    private static async Task<string> CredentialsSentAsync(HostUnderTest host)
    {
        await HostUnderTest.Until(async () =>
        {
            host.Time.Advance(TimeSpan.FromSeconds(3));
            return await StateAsync(host, r => r.IsSecret) == OutboxState.Sent;
        });
        return await host.ReadAsync(db => db.Outbox.Where(r => r.IsSecret).Select(r => r.MessageId).SingleAsync());
    }

    private static Task<OutboxState?> StateAsync(HostUnderTest host, System.Linq.Expressions.Expression<Func<Shared.Persistence.OutboxRow, bool>> which) =>
        host.ReadAsync(db => db.Outbox.Where(which).Select(r => (OutboxState?)r.State).FirstOrDefaultAsync());
}
