using WhatsApp.Binary;

namespace WhatsApp.Pairing;

/// <summary>What moves an attempt at linking on: a stanza of the service or a word of the host.</summary>
internal abstract record LinkingInput
{
    /// <summary>Names of QR codes, in the place of those before.</summary>
    internal sealed record Offered(IReadOnlyList<string> References) : LinkingInput;

    /// <summary>The host wants another way; the desk knows which.</summary>
    internal sealed record MethodChosen : LinkingInput;

    /// <summary><c>&lt;link_code_companion_reg stage&gt;</c> inside a notification.</summary>
    internal sealed record CodeStage(Node Registration) : LinkingInput;

    /// <summary>The service wants a passkey.</summary>
    internal sealed record PasskeyWanted(ReadOnlyMemory<byte> Options) : LinkingInput;

    /// <summary>The authenticator has signed.</summary>
    internal sealed record PasskeySigned(PasskeyAssertion Assertion) : LinkingInput;

    /// <summary>The phone's keys behind the gate.</summary>
    internal sealed record Continued(Node Notification) : LinkingInput;

    /// <summary>The codes were compared.</summary>
    internal sealed record Compared(bool Same) : LinkingInput;
}
