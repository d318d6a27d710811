using System.Security.Cryptography.X509Certificates;
using Sandbox.Service.State;
using Sandbox.Service.Wire;
using WhatsApp;
using WhatsApp.Binary;

namespace Sandbox.Service;

/// <summary>How a simulated world is set up. Everything it knows lives in one folder and survives a restart.</summary>
internal sealed record SimulatedWorldOptions
{
    /// <summary>Folder of the world's state; made when missing.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Loopback port of the service; 0 takes a free one, which then stays the same until the world is disposed.</summary>
    public int Port { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IRandomSource Random { get; init; } = new SystemRandomSource();

    /// <summary>How long the service holds the rest of an offline queue back for a client that never asks for a batch.</summary>
    public TimeSpan OfflineBatchPatience { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Sees every message as a device sent it, before the service has looked at it. Called within a turn of the world: it must be quick.</summary>
    public Action<DeviceKey, Node>? MessageTap { get; init; }

    /// <summary>Issues the certificate of the TLS port; a good one for loopback when null.</summary>
    public Func<TestAuthority, X509Certificate2>? Certify { get; init; }

    /// <summary>One-time keys left at which a device is told to upload more.</summary>
    public int LowPreKeys { get; init; } = 5;
}
