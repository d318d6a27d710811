using System.Security.Cryptography;
using WhatsApp.Crypto;
using WhatsApp.Signal.Records;
using WhatsApp.Signal.Wire;

namespace WhatsApp.Signal;

/// <summary>The double ratchet on one session state. A state that a method threw on must be dropped.</summary>
internal static class Ratchet
{
    private const int CipherKey = 32, MacKey = 64;

    public static byte[] Encrypt(SessionState state, ReadOnlySpan<byte> ourIdentity, ReadOnlySpan<byte> padded)
    {
        Span<byte> seed = stackalloc byte[SignalKdf.KeySize];
        var counter = state.NextSeed(seed);
        Span<byte> keys = stackalloc byte[SignalKdf.MessageKeysSize];
        SignalKdf.MessageKeys(seed, keys);
        var bytes = SignalMessage.Prepare(state.OurRatchet.Public, counter, state.PreviousCounter, AesCbc.CiphertextSize(padded.Length), out var ciphertext);
        AesCbc.Encrypt(keys[..CipherKey], keys[MacKey..], padded, ciphertext);
        SignalMessage.Seal(bytes, keys[CipherKey..MacKey], ourIdentity, state.RemoteIdentity);
        CryptographicOperations.ZeroMemory(seed);
        CryptographicOperations.ZeroMemory(keys);
        return bytes;
    }

    /// <summary>Decrypts and moves the state; a new ratchet key of the other side turns the ratchet, once the message proved genuine.</summary>
    public static byte[] Decrypt(SessionState state, ReadOnlySpan<byte> ourIdentity, in SignalMessage message, uint forwardJump, IRandomSource random, out bool turned)
    {
        Span<byte> seed = stackalloc byte[SignalKdf.KeySize];
        var chain = state.ChainOf(message.RatchetKey);
        turned = chain is null;
        chain ??= NewChain(state, message.RatchetKey);
        chain.Take(message.Counter, forwardJump, seed);

        Span<byte> keys = stackalloc byte[SignalKdf.MessageKeysSize];
        SignalKdf.MessageKeys(seed, keys);
        CryptographicOperations.ZeroMemory(seed);
        try
        {
            if (!message.HasMac(keys[CipherKey..MacKey], state.RemoteIdentity, ourIdentity))
            {
                throw new SignalException(SignalFault.BadMac, "The message fails its authentication.");
            }

            var plaintext = AesCbc.Decrypt(keys[..CipherKey], keys[MacKey..], message.Ciphertext);
            if (turned)
            {
                Turn(state, message.RatchetKey.ToArray(), chain, random);
            }

            state.Pending = null;
            return plaintext;
        }
        catch (CryptographicException malformed)
        {
            throw new SignalException(SignalFault.InvalidMessage, "The ciphertext is malformed.", malformed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    private static ReceivingChain NewChain(SessionState state, ReadOnlySpan<byte> theirRatchet)
    {
        var key = new byte[SignalKdf.KeySize];
        SignalKdf.StepRoot(state.RootKey, state.OurRatchet.Private, theirRatchet, key);
        return new ReceivingChain(key, 0, default);
    }

    private static void Turn(SessionState state, byte[] theirRatchet, ReceivingChain chain, IRandomSource random)
    {
        state.AddChain(theirRatchet, chain);
        var ratchet = KeyPair.Generate(random);
        var sending = new byte[SignalKdf.KeySize];
        SignalKdf.StepRoot(state.RootKey, ratchet.Private, theirRatchet, sending);
        state.BeginSending(ratchet, sending);
    }
}
