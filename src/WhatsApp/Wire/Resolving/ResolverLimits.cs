namespace WhatsApp.Wire.Resolving;

/// <summary>How long each way of finding an address may take.</summary>
internal sealed record ResolverLimits
{
    /// <summary>The operating system's lookup, which knows no limit of its own.</summary>
    public TimeSpan System { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>One datagram to a name server and its answer.</summary>
    public TimeSpan Datagram { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Datagrams to one name server: they get lost.</summary>
    public int Datagrams { get; init; } = 2;

    /// <summary>How long the addresses of one family wait for those of the other.</summary>
    public TimeSpan Straggler { get; init; } = TimeSpan.FromMilliseconds(300);
}
