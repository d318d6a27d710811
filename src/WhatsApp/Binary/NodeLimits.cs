namespace WhatsApp.Binary;

/// <summary>What a frame may cost before it is refused. Real nodes stay far below every figure.</summary>
internal sealed record NodeLimits
{
    public static NodeLimits Default { get; } = new();

    /// <summary>Nodes inside nodes.</summary>
    public int Depth { get; init; } = 64;

    /// <summary>Elements of one list: a node's own parts or its children.</summary>
    public int ListSize { get; init; } = 32_768;

    /// <summary>Nodes of one frame in all: 2 bytes on the wire become some 150 in memory.</summary>
    public int Nodes { get; init; } = 500_000;

    /// <summary>Bytes of one frame after inflating.</summary>
    public int InflatedSize { get; init; } = 16 * 1024 * 1024;
}
