namespace WhatsApp.Peers;

/// <summary>
/// One person under the one name that keys, locks and sessions use: the LID when it is known, else the phone number.
/// It comes only out of the book of LIDs, so the compiler keeps addresses as they stand on the wire from being used as keys.
/// Good for the commit it was made in: a later one may have learned the LID. Source: facts 14.
/// </summary>
internal readonly record struct PeerId
{
    private PeerId(Jid name) => Name = name;

    /// <summary>For the wire. Without device.</summary>
    public Jid Name { get; }

    public bool IsLid => Name.IsLid;

    /// <param name="person">Any device of the person, by number or LID.</param>
    /// <param name="book">Who is who.</param>
    /// <exception cref="ArgumentException">Not a person.</exception>
    public static PeerId Of(Jid person, ILidBook book)
    {
        if (!person.IsPerson)
        {
            throw new ArgumentException("Only people have a canonical name.", nameof(person));
        }

        var bare = person.Bare;
        return new PeerId(bare.IsPhone && book.LidOf(bare) is { } lid ? lid.Bare : bare);
    }

    public DeviceId Device(ushort number) => new(this, number);

    /// <summary>The key in stores. Personal: not for logs.</summary>
    public override string ToString() => Name.ToString();
}
