using System.Globalization;
using WhatsApp.Binary;
using WhatsApp.Devices;
using WhatsApp.Signal;

namespace WhatsApp.Messages.Retry;

/// <summary>A device asks for a message of ours that it could not decrypt. Source: facts 11.6.</summary>
/// <param name="Id">Which message.</param>
/// <param name="Chat">The group, or the asking person.</param>
/// <param name="Device">Who asks, as written.</param>
/// <param name="Count">How often it has asked, by its own count.</param>
/// <param name="RegistrationId">Of the asking device's keys.</param>
/// <param name="Certificate">Who vouches for the keys of a companion.</param>
/// <param name="Keys">Fresh keys to set up a session with; null when it sent none.</param>
internal sealed record RetryRequest(string Id, Jid Chat, Jid Device, int Count, uint? RegistrationId, PreKeyBundle? Keys, ReadOnlyMemory<byte>? Certificate)
{
    /// <exception cref="MalformedNodeException">The stanza breaks its own rules.</exception>
    public static RetryRequest Read(Node receipt)
    {
        var reader = new NodeReader(receipt, "receipt");
        var id = reader.RequiredString("id");
        var from = reader.RequiredJid("from");
        var participant = from.IsGroup ? reader.RequiredJid("participant") : reader.OptionalJid("participant");
        var retry = reader.RequiredChild("retry");
        reader.ThrowIfMalformed();

        var registration = receipt.Child("registration");
        var count = int.TryParse(retry["count"], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1;
        return new RetryRequest(
            id,
            from.IsGroup ? from : from.Bare,
            from.IsGroup ? participant!.Value : from,
            count,
            BundleQuery.ReadRegistration(registration),
            receipt.Child("keys") is { } keys ? BundleQuery.ReadBundle(keys, registration) : null,
            receipt.Child("keys")?.Child("device-identity")?.Bytes);
    }
}
