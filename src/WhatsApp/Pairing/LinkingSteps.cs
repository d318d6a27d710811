namespace WhatsApp;

/// <summary>A step of linking this device with an account, in the order a person meets them. What it holds is secret while it is valid; nothing of it is printed.</summary>
/// <param name="Expires">When the step ends by itself.</param>
public abstract record LinkingStep(DateTimeOffset Expires)
{
    /// <summary>The step's name alone.</summary>
    public sealed override string ToString() => GetType().Name;
}

/// <summary>A QR code waits to be scanned under "Linked devices". Comes with the connection; replaced by the next one when it expires.</summary>
/// <param name="Text">What the QR code says.</param>
/// <param name="Expires">When the next one takes its place.</param>
public sealed record QrShown(string Text, DateTimeOffset Expires) : LinkingStep(Expires);

/// <summary>A code waits to be typed on the phone under "Link with phone number instead". Comes after <see cref="IWhatsAppClient.PairAsync"/> with a number.</summary>
/// <param name="Code">As it is shown: XXXX-XXXX.</param>
/// <param name="Expires">When it is of no more use.</param>
/// <param name="PhoneAnswered">A phone has sent something typed; only if it was this code does the link follow, otherwise it may be typed again.</param>
public sealed record CodeShown(string Code, DateTimeOffset Expires, bool PhoneAnswered = false) : LinkingStep(Expires);

/// <summary>
/// The service wants the account's passkey before it links. Comes after the scan, or after the code was typed. Next: have the
/// account's owner sign the options in a browser on web.whatsapp.com and hand the result to <see cref="IWhatsAppClient.AnswerPasskeyAsync"/>.
/// </summary>
/// <param name="Options">A PublicKeyCredentialRequestOptions as JSON.</param>
/// <param name="Expires">When the answer comes too late.</param>
public sealed record PasskeyRequired(string Options, DateTimeOffset Expires) : LinkingStep(Expires);

/// <summary>The phone or the service has to do something; nothing is asked of this side.</summary>
/// <param name="Expires">When this side gives up.</param>
public sealed record WaitingForPhone(DateTimeOffset Expires) : LinkingStep(Expires);

/// <summary>The phone shows a code too: is it this one? Next: <see cref="IWhatsAppClient.ConfirmCodeAsync"/>.</summary>
/// <param name="Code">As it is shown: XXXX-XXXX.</param>
/// <param name="Expires">When the answer comes too late.</param>
public sealed record ConfirmCode(string Code, DateTimeOffset Expires) : LinkingStep(Expires);

/// <summary>The phone has linked this device, and it is stored. The login follows by itself. Stays until the link is removed or the process ends.</summary>
/// <param name="Expires">Never.</param>
public sealed record Linked(DateTimeOffset Expires) : LinkingStep(Expires)
{
    /// <summary>Lasts.</summary>
    public Linked()
        : this(DateTimeOffset.MaxValue)
    {
    }
}
