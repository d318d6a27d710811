using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Devices;
using WhatsApp.Governor;
using WhatsApp.Groups;
using WhatsApp.History;
using WhatsApp.Identity;
using WhatsApp.Messages.Receipts;
using WhatsApp.Messages.Receiving;
using WhatsApp.Messages.Retry;
using WhatsApp.Messages.Sending;
using WhatsApp.Store;

namespace WhatsApp.Messages;

/// <summary>Puts the parts of messaging together and enters them in the router's table.</summary>
internal sealed class MessagingFeatures
{
    private readonly SessionServices _services;
    private readonly GroupDirectory _groups;
    private readonly MessageSender _sender;
    private readonly PlaceholderRequests _placeholders;
    private readonly MessageAcks _acks = new();
    private readonly StoreTidying _tidying;

    public MessagingFeatures(SessionServices services)
    {
        var (options, database, sender, loggers) = (services.Options, services.Database, services.Sender, services.Loggers);
        var (time, random) = (options.Time, options.Random);
        var direct = new DirectMessages(time, random, loggers.CreateLogger<DirectMessages>());
        _services = services;
        _tidying = new StoreTidying(time);
        Events = new EventStream(database, sender, _tidying, time, loggers.CreateLogger<EventStream>());
        _groups = new GroupDirectory(database, sender, Events, time);
        var devices = new DeviceDirectory(database, sender, Events, time, random, loggers.CreateLogger<DeviceDirectory>());
        var turns = new ChatTurns();
        _sender = new MessageSender(
            database,
            sender,
            devices,
            _groups,
            _acks,
            turns,
            direct,
            new GroupMessages(time, random, loggers.CreateLogger<GroupMessages>()),
            new SendPace(options.Pacing, random, time),
            time,
            services.Metrics,
            loggers.CreateLogger<MessageSender>());

        services.Metrics.Unacked = () => _acks.Count;
        var held = new HeldReplies(sender);
        var history = new HistorySync(database, Events, options.Media, services.Background, options.StorageFolder, time, loggers.CreateLogger<HistorySync>());
        var repair = new SessionRepair(time, services.Metrics, loggers.CreateLogger<SessionRepair>());
        var resend = new SingleResend(time, random, loggers.CreateLogger<SingleResend>());
        var groupLimit = new GroupResendLimit(time);
        _placeholders = new PlaceholderRequests(database, sender, devices, services.Background, time, random, loggers.CreateLogger<PlaceholderRequests>());
        var receiver = new MessageReceiver(
            database, sender, Events, held, new IdentityConfirmation(devices, services.Background, time), devices, repair, _placeholders, services.Background, time, random, services.Metrics, history, loggers.CreateLogger<MessageReceiver>());
        var retries = new RetryAnswers(
            database, sender, Events, devices, turns, resend, repair, groupLimit, services.Background, time, random, services.Metrics, loggers.CreateLogger<RetryAnswers>());
        var deviceNotifications = new DeviceNotifications(database, Events, time);
        var refresher = new GroupRefresher(_groups, services.Background, loggers.CreateLogger<GroupRefresher>());
        services.Moments.OnDirty("groups", refresher.RefreshAllAsync);
        var tokens = new TokenIssuer(database, sender, services.Background, time, loggers.CreateLogger<TokenIssuer>());
        var missed = new MissedDevices(
            database, sender, Events, devices, turns, resend, groupLimit, services.Background, time, random, loggers.CreateLogger<MissedDevices>());
        var acks = new AckHandler(database, _acks, Events, tokens, missed, time, services.Metrics, loggers.CreateLogger<AckHandler>());
        var notices = new AccountNotices(database, Events, time, loggers.CreateLogger<AccountNotices>());
        var router = services.Router;
        router.Add("message", null, receiver.HandleAsync, StanzaReply.HandlerReplies);
        router.Add("ack", null, acks.HandleAsync, StanzaReply.HandlerReplies);
        router.Add("receipt", null, new ReceiptHandler(database, Events, time).HandleAsync, StanzaReply.RouterAcks);
        router.Add("receipt", "retry", retries.HandleAsync, StanzaReply.HandlerReplies);
        router.Add("notification", "w:gp2", new GroupNotifications(database, Events, refresher, time).HandleAsync, StanzaReply.RouterAcks);
        router.Add("notification", "devices", deviceNotifications.DevicesChangedAsync, StanzaReply.RouterAcks);
        router.Add("notification", "account_sync", deviceNotifications.OwnDevicesChangedAsync, StanzaReply.RouterAcks, child: "devices");
        router.Add("notification", "encrypt", deviceNotifications.IdentityChangedAsync, StanzaReply.RouterAcks, child: "identity");
        router.Add("notification", "privacy_token", deviceNotifications.TokenGivenAsync, StanzaReply.RouterAcks);
        router.Add("notification", "mex", notices.HandleAsync, StanzaReply.RouterAcks);
        services.Moments.OnLoggedIn(async token =>
        {
            held.Begin();
            await AfterLoginAsync(token).ConfigureAwait(false);
        });
        services.Moments.OnOfflineDrained(held.ReleaseAsync);
        services.Moments.OnOfflineDrained(_ =>
        {
            history.Wake(); // what an earlier connection left over
            return Task.CompletedTask;
        });
        services.Moments.OnOfflineDrained(_placeholders.ResumeAsync);
    }

    public EventStream Events { get; }

    /// <summary>The client is being disposed: ends the waits of the host.</summary>
    public void Close()
    {
        Events.Close();
        _placeholders.Stop();
        _acks.Close();
    }

    public string NewMessageId() => MessageIds.New(
        _services.Options.Time,
        _services.Options.Random,
        _services.Status.Current.OwnPhone ?? throw new NotConnectedException("This device is not paired."));

    /// <summary>Null for a person who never wrote to us, and for a group that is none of ours.</summary>
    public async Task<ChatHandle?> FindChatAsync(Jid chat, CancellationToken cancellationToken)
    {
        if (!chat.IsGroup)
        {
            if (!chat.IsPerson)
            {
                return null;
            }

            var person = await _services.Database.RunAsync(
                "chat-read",
                store =>
                {
                    var person = store.Lids.PeerOf(chat);
                    return store.Chats.Contains(person) ? person.Name : default(Jid?);
                },
                cancellationToken).ConfigureAwait(false);
            return person is { } known ? new ChatHandle(known) : null;
        }

        try
        {
            var roster = await _groups.FindAsync(chat, cancellationToken).ConfigureAwait(false) ?? await _groups.ReadAsync(chat, cancellationToken).ConfigureAwait(false);
            return roster.WeAreMember ? new ChatHandle(chat) : null;
        }
        catch (GroupUnavailableException unavailable) when (unavailable.Reason != GroupUnavailableReason.Refused)
        {
            return null;
        }
    }

    public Task<ChatAccess> CanWriteAsync(ChatHandle chat, CancellationToken cancellationToken) => _services.Database.RunAsync(
        "permission-read", store => PermissionRules.Of(store, chat.Chat, _services.Options.Time.GetUtcNow()), cancellationToken);

    public Task<DateTimeOffset> SendTextAsync(ChatHandle chat, OutgoingText text, string id, CancellationToken cancellationToken) =>
        AskAsync(() => _sender.SendAsync(OutgoingMessage.Of(chat.Chat, id, text, _services.Options.Random), cancellationToken));

    public Task RevokeAsync(ChatHandle chat, string sentMessageId, string id, CancellationToken cancellationToken) =>
        AskAsync(() => _sender.SendAsync(OutgoingMessage.Revoke(chat.Chat, id, sentMessageId), cancellationToken));

    public Task<GroupRoster> GetGroupAsync(Jid group, CancellationToken cancellationToken) => AskAsync(() => _groups.ReadAsync(group, cancellationToken));

    public Task<IReadOnlyList<GroupRoster>> GetGroupsAsync(CancellationToken cancellationToken) => AskAsync(() => _groups.ReadAllAsync(cancellationToken));

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (IqErrorException refused)
        {
            throw new ServerRefusedException(refused.Code);
        }
    }

    /// <summary>Before the offline queue is asked for: own names, tidying, and what the last connection left unsaid.</summary>
    private async Task AfterLoginAsync(CancellationToken cancellationToken)
    {
        await _services.Database.RunAsync(
            "messaging-login",
            store =>
            {
                var own = OwnAccount.Of(store);
                if (IdentityPair.Of(own.Phone, own.Lid) is { } pair)
                {
                    new People(store, own, _services.Options.Time).Learn(pair);
                }

                _tidying.Run(store);
            },
            cancellationToken).ConfigureAwait(false);
        await Events.SendDueReceiptsAsync(cancellationToken).ConfigureAwait(false);
        await _sender.ResendUnackedAsync(cancellationToken).ConfigureAwait(false);
    }
}
