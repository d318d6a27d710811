using WhatsApp;

namespace Sandbox.Service.State;

/// <summary>All accounts, found by id or by either address.</summary>
internal sealed class AccountBook
{
    private const string Kind = "account";
    private readonly WorldStore _store;
    private readonly Dictionary<string, Account> _byId = [];
    private readonly Dictionary<Jid, Account> _byAddress = [];

    public AccountBook(WorldStore store)
    {
        _store = store;
        PreKeys = new PreKeyStock(store);
        foreach (var account in store.AllJson<Account>(Kind).OrderBy(account => account.PhoneUser, StringComparer.Ordinal))
        {
            Index(account);
            foreach (var device in account.Devices)
            {
                PreKeys.Load(new(account.Id, device.Id), device);
            }
        }
    }

    public PreKeyStock PreKeys { get; }

    public IReadOnlyCollection<Account> All => _byId.Values;

    public Account this[string id] => _byId[id];

    public Account? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The account of an address, whichever device it names.</summary>
    public Account? Find(Jid address) => _byAddress.GetValueOrDefault(address.Bare);

    /// <summary>The device of an address, if there is one.</summary>
    public DeviceKey? FindDevice(Jid address) =>
        Find(address) is { } account && account.DeviceOf(address.Device) is not null ? new DeviceKey(account.Id, address.Device) : null;

    public Device? DeviceOf(DeviceKey key) => Find(key.Account)?.DeviceOf(key.Device);

    public void Add(Account account)
    {
        Index(account);
        Save(account);
    }

    public void Save(Account account) => _store.PutJson(Kind, account.Id, account);

    private void Index(Account account)
    {
        _byId[account.Id] = account;
        _byAddress[account.Phone] = account;
        _byAddress[account.Lid] = account;
    }
}
