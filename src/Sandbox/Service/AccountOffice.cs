using Sandbox.Phones;
using Sandbox.Service.Links;
using Sandbox.Service.Requests;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Crypto;

namespace Sandbox.Service;

/// <summary>Opens accounts and keeps their phones.</summary>
internal sealed class AccountOffice
{
    private readonly ServiceCore _core;
    private readonly PairingDesk _pairings;
    private IReadOnlyList<Phone> _phones = [];

    public AccountOffice(ServiceCore core, PairingDesk pairings)
    {
        (_core, _pairings) = (core, pairings);
        core.FirstActive = key => core.Loop.Post(() => Find(key.Account)?.Device.History.SendTo(key.Device));
        core.Removals.SignKeyIndexes = account => Find(account.Id)?.Device.Issuer.SignKeyIndexes(account, core.Now);
    }

    /// <summary>Replaced as a whole, so that any thread may read it.</summary>
    public IReadOnlyList<Phone> Phones => _phones;

    public Phone? Find(string account) => _phones.FirstOrDefault(phone => phone.Id == account);

    /// <summary>After a start: every account's phone is there again.</summary>
    public void WakePhones()
    {
        foreach (var account in _core.Accounts.All)
        {
            Wake(account, _core.Store.GetJson<PhoneKeys>(Phone.KeysKind, account.Id) ?? throw new InvalidDataException($"Account {account.Id} has no phone."));
        }
    }

    public Phone Open(string id, string name, bool phoneHidden, bool mayWriteFirst, bool lidMigrated)
    {
        var keys = PhoneKeys.Make(_core.Options.Random);
        var number = 1 + _core.Accounts.All.Count;
        var account = new Account
        {
            Id = id,
            Name = name,
            PhoneUser = FormattableString.Invariant($"628000{number:D6}"),
            LidUser = "1" + _core.Options.Random.Digits(14),
            PhoneHidden = phoneHidden,
            MayWriteFirst = mayWriteFirst,
            LidMigrated = lidMigrated,
            AdvRawId = _core.Options.Random.PositiveInt31(),
        };
        account.Devices.Add(new Device
        {
            Id = 0,
            Identity = keys.IdentityPair.Public,
            RegistrationId = keys.RegistrationId,
            SignedPreKeyId = PhoneSignalStore.SignedPreKeyId,
            SignedPreKey = KeyPair.FromPrivate(keys.SignedPreKey).Public,
            SignedPreKeySignature = keys.SignedPreKeySignature,
        });
        _core.Store.PutJson(Phone.KeysKind, id, keys);
        _core.Accounts.Add(account);
        return Wake(account, keys);
    }

    private Phone Wake(Account account, PhoneKeys keys)
    {
        var phone = new Phone(_core, account, keys, _pairings);
        _phones = [.. _phones, phone];
        phone.Device.GoOnline();
        return phone;
    }
}
