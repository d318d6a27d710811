using WhatsApp.Binary;

namespace WhatsApp.Pairing;

/// <summary>What the service says while a device is linked.</summary>
internal static class LinkingStanzas
{
    /// <summary>A notification of linking; null for every other.</summary>
    public static LinkingInput? Read(Node notification) => notification["type"] switch
    {
        "link_code_companion_reg" when notification.Child("link_code_companion_reg") is { } registration => new LinkingInput.CodeStage(registration),
        "passkey_prologue_request" => new LinkingInput.PasskeyWanted(notification.Child("passkey_request_options")?.Bytes ?? default),
        "crsc_continuation" => new LinkingInput.Continued(notification),
        _ => null,
    };

    /// <summary><c>&lt;pair-device&gt;&lt;ref/&gt;...</c></summary>
    public static LinkingInput.Offered ReadOffer(Node offer) => new([.. offer.ChildrenOf("ref").Select(item => item.Text).OfType<string>().Where(text => text.Length > 0)]);
}
