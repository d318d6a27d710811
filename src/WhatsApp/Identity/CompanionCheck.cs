using Google.Protobuf;
using WhatsApp.Pairing;
using WhatsApp.Peers;
using WhatsApp.Proto;
using WhatsApp.Signal;
using WhatsApp.Store;

namespace WhatsApp.Identity;

/// <summary>
/// A companion that begins a session has to show that the phone of its account vouches for its identity key. Without this the
/// service could add a device of its own to anybody. Source: facts 5.5 and 11.2.
/// </summary>
internal static class CompanionCheck
{
    private const int KeyLength = 32;

    /// <param name="store">The commit.</param>
    /// <param name="device">A companion.</param>
    /// <param name="identity">The identity key the message claims; decrypting proves it later.</param>
    /// <param name="certificate">The content of <c>device-identity</c>.</param>
    /// <returns>The account's key, to be kept as its phone's identity once the message was decrypted; null when it is known.</returns>
    /// <exception cref="SignalException"><see cref="SignalFault.AdvFailure"/>: no certificate, or not one of this account for this key.</exception>
    public static byte[]? Verify(SessionTransaction store, DeviceId device, ReadOnlySpan<byte> identity, ReadOnlyMemory<byte>? certificate)
    {
        if (certificate is not { Length: > 0 } bytes)
        {
            throw new SignalException(SignalFault.AdvFailure, "A companion began a session without showing who vouches for it.");
        }

        try
        {
            var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(bytes.Span);
            var known = store.Identities.Load(device.Peer.Device(0));
            // The first key seen of an account is taken on trust, like any identity; from then on it is the measure.
            var account = known ?? (signed.AccountSignatureKey.Length == KeyLength ? signed.AccountSignatureKey.ToByteArray() : null)
                ?? throw new SignalException(SignalFault.AdvFailure, "Who vouches for a companion is not known.");
            AdvVerifier.VerifyCompanion(signed, identity, account);
            return known is null ? account : null;
        }
        catch (Exception refused) when (refused is AdvException or InvalidProtocolBufferException)
        {
            throw new SignalException(SignalFault.AdvFailure, "A companion is not vouched for by the account's phone.", refused);
        }
    }
}
