using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WhatsApp.Messages;

/// <summary>The <c>phash</c> of a message: lets the service tell that our list of a chat's devices is out of date.</summary>
internal static class DeviceListHash
{
    private const int HashedBytes = 6;

    /// <param name="devices">Every device the message is for, in any order, no device twice.</param>
    public static string Compute(IEnumerable<Jid> devices)
    {
        // The agent is always printed as 0, the device even when it is 0.
        var names = devices
            .Select(jid => string.Create(CultureInfo.InvariantCulture, $"{jid.User}.0:{jid.Device}@{jid.Server}"))
            .Order(StringComparer.Ordinal);
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(names)));
        return "2:" + Convert.ToBase64String(digest, 0, HashedBytes);
    }
}
