namespace WhatsApp.Login;

/// <summary>The web client's version we speak as: 2.3000.revision.</summary>
internal sealed record ClientVersion(uint Revision)
{
    public const uint Primary = 2;
    public const uint Secondary = 3000;

    /// <summary>Seen in August 2026. Source: facts 3.</summary>
    public static ClientVersion Default { get; } = new(1_045_649_367);

    /// <summary>The one to speak as: what was read last, unless this program is newer.</summary>
    public static ClientVersion Newest(uint? read) => read > Default.Revision ? new(read.Value) : Default;

    public override string ToString() => $"{Primary}.{Secondary}.{Revision}";
}
