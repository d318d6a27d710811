using Sandbox.Service;
using Sandbox.Service.State;
using WhatsApp;
using WhatsApp.Messages;
using WhatsApp.Peers;
using WhatsApp.Signal;

namespace Sandbox.Phones;

/// <summary>What the parts of one phone share. Used in turns only.</summary>
internal sealed class PhoneContext : ILidBook
{
    public PhoneContext(ServiceCore core, Account account, PhoneKeys keys)
    {
        (Core, Account, Keys) = (core, account, keys);
        Store = new PhoneSignalStore(core.Store, account.Id, keys);
        Sessions = new SessionCipher(Store, core.Options.Random);
        Groups = new GroupCipher(Store, core.Options.Random);
        Log = new ChatLog(core.Store, account.Id);
        Bundles = new PhoneBundles(this);
    }

    public ServiceCore Core { get; }

    public Account Account { get; }

    public PhoneKeys Keys { get; }

    public PhoneSignalStore Store { get; }

    public SessionCipher Sessions { get; }

    public GroupCipher Groups { get; }

    public ChatLog Log { get; }

    public PhoneBundles Bundles { get; }

    public DeviceKey Key => new(Account.Id, 0);

    public IRandomSource Random => Core.Options.Random;

    public string NewMessageId() => MessageIds.New(Core.Options.Time, Random, Account.Phone);

    /// <summary>Sessions are kept under the LID, whichever form an address has.</summary>
    public DeviceId AddressOf(Jid jid) => DeviceId.Of(jid, this);

    /// <summary>A phone knows what its service knows.</summary>
    Jid? ILidBook.LidOf(Jid phone) => Core.Accounts.Find(phone)?.Lid;

    /// <summary>The chat a person's messages are shown in.</summary>
    public Jid ChatOf(Jid jid) => Core.Accounts.Find(jid)?.Lid ?? jid.Bare;
}
