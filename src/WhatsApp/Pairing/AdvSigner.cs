using Google.Protobuf;
using WhatsApp.Crypto;
using WhatsApp.Proto;

namespace WhatsApp.Pairing;

/// <summary>The device identity once both sides have signed it.</summary>
/// <param name="Account">The whole identity, to keep: it goes out with every pkmsg.</param>
/// <param name="Reply">The bytes for the service: the account's key left out.</param>
/// <param name="KeyIndex">Goes with the reply.</param>
internal sealed record SignedAdv(ADVSignedDeviceIdentity Account, byte[] Reply, uint KeyIndex)
{
    /// <summary>The account's identity key, to be trusted as that of the phone: our own account's device 0.</summary>
    public byte[] AccountKey => Account.AccountSignatureKey.ToByteArray();
}

/// <summary>The device's side of the link.</summary>
internal static class AdvSigner
{
    public static SignedAdv Sign(VerifiedAdv verified, KeyPair ownIdentity, IRandomSource random)
    {
        var account = verified.Signed.Clone();
        var content = AdvFormats.DeviceSigned(verified.Details.DeviceType, account.Details.Span, ownIdentity.Public, account.AccountSignatureKey.Span);
        account.DeviceSignature = ByteString.CopyFrom(XEdDsa.Sign(ownIdentity.Private, content, random));
        var reply = account.Clone();
        reply.ClearAccountSignatureKey();
        return new SignedAdv(account, reply.ToByteArray(), verified.Details.KeyIndex);
    }
}
