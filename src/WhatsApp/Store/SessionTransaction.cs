namespace WhatsApp.Store;

/// <summary>The tables, inside one commit. One small class per table; only for the time of the call that received it.</summary>
internal sealed class SessionTransaction(StoreConnection store)
{
    public DeviceTable Device { get; } = new(store);

    public PreKeyTable PreKeys { get; } = new(store);

    public SignedPreKeyTable SignedPreKeys { get; } = new(store);

    public SessionTable Sessions { get; } = new(store);

    public IdentityTable Identities { get; } = new(store);

    public SenderKeyTable SenderKeys { get; } = new(store);

    public LidTable Lids { get; } = new(store);

    public DeviceListTable DeviceLists { get; } = new(store);

    public GroupTable Groups { get; } = new(store);

    public InboundTable Inbound { get; } = new(store);

    public OutboundTable Outbound { get; } = new(store);

    public SenderKeyShareTable SenderKeyShares { get; } = new(store);

    public RetryTable Retries { get; } = new(store);
}
