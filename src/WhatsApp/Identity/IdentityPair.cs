namespace WhatsApp.Identity;

/// <summary>Both names of one person as a stanza states them, without devices.</summary>
internal sealed record IdentityPair(Jid Phone, Jid Lid)
{
    /// <summary>A pair when one side is a phone form and the other a LID, in whichever order; else null.</summary>
    public static IdentityPair? Of(Jid? one, Jid? other) => (one, other) switch
    {
        ({ IsPhone: true } phone, { IsLid: true } lid) => new(phone.Bare, lid.Bare),
        ({ IsLid: true } lid, { IsPhone: true } phone) => new(phone.Bare, lid.Bare),
        _ => null,
    };
}
