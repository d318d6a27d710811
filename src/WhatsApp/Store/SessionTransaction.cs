using WhatsApp.Signal;

namespace WhatsApp.Store;

/// <summary>The tables, inside one commit. One small class per table; only for the time of the call that received it.</summary>
internal sealed class SessionTransaction
{
    public SessionTransaction(StoreConnection store)
    {
        Device = new(store);
        PreKeys = new(store);
        SignedPreKeys = new(store);
        Sessions = new(store);
        Identities = new(store);
        SenderKeys = new(store);
        Lids = new(store);
        DeviceLists = new(store);
        Groups = new(store);
        Inbound = new(store);
        Outbound = new(store);
        SenderKeyShares = new(store);
        Retries = new(store);
        Repairs = new(store);
        Placeholders = new(store);
        Chats = new(store);
        PrivacyTokens = new(store);
        AppStateKeys = new(store);
        ClientVersion = new(store);
        TokenIssues = new(store);
        Restrictions = new(store);
        History = new(store);
        Signal = new StoredSignalKeys(this);
    }

    /// <summary>Sessions, identities, prekeys and sender keys as the ciphers want them.</summary>
    public ISignalStore Signal { get; }

    public DeviceTable Device { get; }

    public PreKeyTable PreKeys { get; }

    public SignedPreKeyTable SignedPreKeys { get; }

    public SessionTable Sessions { get; }

    public IdentityTable Identities { get; }

    public SenderKeyTable SenderKeys { get; }

    public LidTable Lids { get; }

    public DeviceListTable DeviceLists { get; }

    public GroupTable Groups { get; }

    public InboundTable Inbound { get; }

    public OutboundTable Outbound { get; }

    public SenderKeyShareTable SenderKeyShares { get; }

    public RetryTable Retries { get; }

    public RepairTable Repairs { get; }

    public PlaceholderTable Placeholders { get; }

    public ChatTable Chats { get; }

    public PrivacyTokenTable PrivacyTokens { get; }

    public AppStateKeyTable AppStateKeys { get; }

    public ClientVersionTable ClientVersion { get; }

    public TokenIssueTable TokenIssues { get; }

    public RestrictionTable Restrictions { get; }

    public HistoryTable History { get; }
}
