using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WhatsApp.Messages;

/// <summary>Makes the ids of messages we send: 22 characters, as the service's own web client makes them.</summary>
internal static class MessageIds
{
    private const string Prefix = "3EB0";
    private const int HashedBytes = 9;
    private const int RandomBytes = 16;

    public static string New(TimeProvider time, IRandomSource random, Jid ownPhone)
    {
        var owner = Encoding.UTF8.GetBytes($"{ownPhone.User}@c.us");
        var input = new byte[sizeof(ulong) + owner.Length + RandomBytes];
        BinaryPrimitives.WriteInt64BigEndian(input, time.GetUtcNow().ToUnixTimeSeconds());
        owner.CopyTo(input, sizeof(ulong));
        random.Fill(input.AsSpan(sizeof(ulong) + owner.Length));
        return Prefix + Convert.ToHexString(SHA256.HashData(input).AsSpan(0, HashedBytes));
    }
}
