using System.Security.Cryptography;
using WhatsApp.Binary;
using WhatsApp.Crypto;
using WhatsApp.Store;

namespace WhatsApp.Pairing;

/// <summary>One code, from its making to the phone's last try: its secrets and its three stanzas. Source: facts 6.</summary>
internal sealed class CodeLink
{
    public const int MostTries = 3;
    public static readonly TimeSpan Life = TimeSpan.FromSeconds(180);
    public static readonly TimeSpan Completion = TimeSpan.FromSeconds(60);

    // The service takes only browsers and systems that it knows; the registration says the same.
    private const string PlatformId = "1";
    private const string PlatformName = "Chrome (Linux)";

    private readonly IRandomSource _random;
    private readonly KeyPair _ephemeral;
    private readonly Jid _phone;
    private byte[] _reference = []; // the service's name for this attempt

    public CodeLink(string phoneNumber, IRandomSource random, DateTimeOffset now)
    {
        (_random, Expires) = (random, now + Life);
        _phone = new Jid(phoneNumber, JidServers.Phone);
        _ephemeral = KeyPair.Generate(random);
        Code = LinkingCodes.Write(random.Bytes(LinkingCodes.Size));
    }

    public string Code { get; }

    public DateTimeOffset Expires { get; }

    public int Tries { get; private set; }

    public Node Hello(DeviceRow device) => Request("companion_hello", push: "true",
        new Node("link_code_pairing_wrapped_companion_ephemeral_pub", null, CodeLinkCrypto.Wrap(Code, _ephemeral.Public, _random)),
        new Node("companion_server_auth_key_pub", null, device.Noise.Public),
        new Node("companion_platform_id", null, PlatformId),
        new Node("companion_platform_display", null, PlatformName),
        new Node("link_code_pairing_nonce", null, new byte[] { 0 }));

    /// <exception cref="MalformedNodeException">The answer names no attempt.</exception>
    public void TakeReference(Node answer)
    {
        // <iq type="result"><link_code_companion_reg><link_code_pairing_ref>TEXT</link_code_pairing_ref>
        _reference = answer.Child("link_code_companion_reg")?.Child("link_code_pairing_ref")?.Bytes is { Length: > 0 } reference
            ? reference.ToArray()
            : throw new MalformedNodeException("link_code_companion_reg", ["child <link_code_pairing_ref> is missing"]);
    }

    /// <summary>Whether the phone's stanza is about this code.</summary>
    public bool IsAboutThis(Node registration) =>
        _reference.Length > 0 && registration.Child("link_code_pairing_ref")?.Bytes is { } reference && CryptographicOperations.FixedTimeEquals(reference.Span, _reference);

    /// <summary>
    /// The phone has sent its keys, wrapped with what was typed there: the answer and the secret that will prove its consent.
    /// If something else was typed both come out wrong, and only the phone finds out.
    /// </summary>
    /// <exception cref="MalformedNodeException">A part is missing or of a wrong size.</exception>
    /// <exception cref="CryptographicException">A key of the phone is not one.</exception>
    public (Node Finish, byte[] AdvSecret) Answer(Node hello, DeviceRow device)
    {
        var reader = new NodeReader(hello, "link_code_companion_reg");
        var wrapped = reader.RequiredBytes("link_code_pairing_wrapped_primary_ephemeral_pub", CodeLinkCrypto.WrappedSize);
        var identity = reader.RequiredBytes("primary_identity_pub", Curve25519.KeySize);
        reader.ThrowIfMalformed();
        Tries++;
        var ephemeralSecret = Curve25519.Agree(_ephemeral.Private, CodeLinkCrypto.Unwrap(Code, wrapped));
        var identitySecret = Curve25519.Agree(device.Own.Identity.Private, identity);
        var share = _random.Bytes(Curve25519.KeySize);
        byte[] plain = [.. device.Own.Identity.Public, .. identity, .. share];
        var finish = Request("companion_finish", push: null,
            new Node("link_code_pairing_wrapped_key_bundle", null, CodeLinkCrypto.SealBundle(ephemeralSecret, plain, _random)),
            new Node("companion_identity_public", null, device.Own.Identity.Public),
            new Node("link_code_pairing_ref", null, _reference));
        var secret = CodeLinkCrypto.AdvSecret(ephemeralSecret, identitySecret, share);
        foreach (var done in (ReadOnlySpan<byte[]>)[ephemeralSecret, identitySecret, share, plain])
        {
            CryptographicOperations.ZeroMemory(done);
        }

        return (finish, secret);
    }

    private Node Request(string stage, string? push, params Node[] parts) => new("iq", new() { ["to"] = Jid.Service, ["type"] = "set", ["xmlns"] = "md" },
        new Node("link_code_companion_reg", new() { ["jid"] = _phone, ["stage"] = stage, ["should_show_push_notification"] = push }, parts));
}
