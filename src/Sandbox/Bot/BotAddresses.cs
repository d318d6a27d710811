using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Sandbox.Bot;

/// <summary>Where the bot's own pages are, and how to get in.</summary>
internal sealed record BotAddresses(Uri Product, string SetupCode)
{
    public static BotAddresses Choose(SandboxOptions options) =>
        new(new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", options.Port == 0 ? FreePort() : options.Port).Uri, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));

    /// <summary>The sign-in link of the operator page; its code is good for one use.</summary>
    public Uri OperatorPage() => new(Product, $"/sign-in?code={SetupCode}");

    public override string ToString() => $"bot at {Product}"; // a record would print the code

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
