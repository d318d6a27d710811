using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace WhatsApp;

/// <summary>How to open a client.</summary>
public sealed record WhatsAppClientOptions
{
    /// <summary>Folder of the session's keys. Made with rights 0700 if missing. One process at a time.</summary>
    public required string StorageFolder { get; init; }

    /// <summary>The service's WebSocket address.</summary>
    public Uri Endpoint { get; init; } = new("wss://web.whatsapp.com/ws/chat");

    /// <summary>The script of the service's web client, read for its version; on the endpoint's own host unless set.</summary>
    public Uri? VersionPage { get; init; }

    /// <summary>The name shown in the phone's list of linked devices.</summary>
    public string DeviceName { get; init; } = "WaBot";

    /// <summary>Seals the secret columns of the store.</summary>
    public required ISecretProtector Protector { get; init; }

    /// <summary>The clock for time-outs and time stamps.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The source of keys, ids and jitter.</summary>
    public IRandomSource Random { get; init; } = new SystemRandomSource();

    /// <summary>Called right before and right after each durable commit with its fail point's name; for tests that stop the process there.</summary>
    public Action<string>? Probe { get; init; }

    /// <summary>Name servers asked when the system's own resolver fails.</summary>
    public IReadOnlyList<IPEndPoint> FallbackDns { get; init; } =
    [
        new(new IPAddress([8, 8, 8, 8]), 53),
        new(new IPAddress([1, 1, 1, 1]), 53),
        new(new IPAddress([8, 8, 4, 4]), 53),
        new(new IPAddress([1, 0, 0, 1]), 53),
    ];

    /// <summary>How fast the client may speak.</summary>
    public PacingOptions Pacing { get; init; } = new();

    /// <summary>The reconnect loop.</summary>
    public ReconnectOptions Reconnect { get; init; } = new();

    /// <summary>Who may certify the service. Another than the real one only in tests and in the sandbox.</summary>
    internal Wire.NoiseTrustRoot TrustRoot { get; init; } = Wire.NoiseTrustRoot.Production;

    /// <summary>Who may certify the service's name in TLS; the machine's own store when null. Others only in tests and in the sandbox.</summary>
    internal X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The blocking name lookup of the system; another only in tests.</summary>
    internal Func<string, IPAddress[]> SystemLookup { get; init; } = Dns.GetHostAddresses;

    /// <summary>Another source of the web client's version; for tests. Without a network of its own the client asks nobody.</summary>
    internal Login.IVersionSource? VersionSource { get; init; }

    /// <summary>Another way to reach the service; for tests without a network.</summary>
    internal Wire.IDialer? Dialer { get; init; }

    /// <summary>Where history files are fetched from; set when a client is opened over the network, another only in tests. Without it none are fetched.</summary>
    internal History.IMediaSource? Media { get; init; }

    /// <summary>The folder and the endpoint.</summary>
    public override string ToString() => $"Session in {StorageFolder} at {Endpoint}";
}

/// <summary>The waits between attempts to connect.</summary>
public sealed record ReconnectOptions
{
    /// <summary>Wait before the first, second, ... retry; the last one stays. 3, 6, 12, 24, 48, 60 s unless set.</summary>
    public IReadOnlyList<TimeSpan> Waits { get; init; } =
    [
        TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(12),
        TimeSpan.FromSeconds(24), TimeSpan.FromSeconds(48), TimeSpan.FromSeconds(60),
    ];

    /// <summary>Share of a wait that chance may take off, so that the longest wait stays the longest. 0 to 1; 0.1 unless set.</summary>
    public double Jitter { get; init; } = 0.1;

    /// <summary>Failures in a row after which <see cref="SessionStatus.AlertDue"/> goes on.</summary>
    public int AlertAfter { get; init; } = 10;

    /// <summary>Halt when the alert is due instead of trying on at the longest wait.</summary>
    public bool StopAfterAlert { get; init; }
}
