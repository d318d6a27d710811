using System.Net;

namespace Sandbox;

/// <summary>What the command line of the sandbox says.</summary>
internal sealed record SandboxOptions
{
    /// <summary>Folder of both sides' state; null: a fresh temporary folder, deleted at the end.</summary>
    public string? DataFolder { get; init; }

    /// <summary>External loopback service instead of the simulated one.</summary>
    public Uri? WhatsApp { get; init; }

    /// <summary>Root key of the external service's certificate chain, 32 bytes.</summary>
    public byte[]? TrustRoot { get; init; }

    /// <summary>Who certifies the external service's name when it is reached by <c>wss</c>: one certificate, DER.</summary>
    public byte[]? Authority { get; init; }

    /// <summary>External loopback panel instead of the simulated one.</summary>
    public Uri? Panel { get; init; }

    public string? PanelKey { get; init; }

    /// <summary>Target group; null: the simulated service's group.</summary>
    public string? Group { get; init; }

    /// <summary>Port of the product's own web pages; 0 picks a free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>Port of the sandbox page and control API; 0 picks a free one.</summary>
    public int PagePort { get; init; } = 8081;

    /// <summary>File that always holds the current pairing QR text; null: one in the data folder.</summary>
    public string? QrFile { get; init; }

    /// <summary>Number of the bot's account, when it is to be linked by a code instead of a QR.</summary>
    public string? LinkPhone { get; init; }

    /// <summary>File that always holds the code to type on the phone; null: one in the data folder.</summary>
    public string? CodeFile { get; init; }

    /// <summary>Folder of server templates; null: the ones that come with the product.</summary>
    public string? Templates { get; init; }

    /// <summary>How the simulated group addresses its members.</summary>
    public bool LidGroup { get; init; } = true;

    /// <summary>How long the simulated panel takes to install a server.</summary>
    public TimeSpan InstallTime { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>The simulated members' number.</summary>
    public int Members { get; init; } = 4;

    /// <summary>Options handed on to WaBot as they are, "Section:Key" to value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> BotOptions { get; init; } = [];

    /// <summary>Where the bot is to be killed from its very first start on, one after the other: "NAME" or "NAME HIT".</summary>
    public IReadOnlyList<string> FailPoints { get; init; } = [];

    public bool Help { get; init; }

    public static bool IsLoopback(Uri address) =>
        address.IsLoopback || (IPAddress.TryParse(address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip));
}
