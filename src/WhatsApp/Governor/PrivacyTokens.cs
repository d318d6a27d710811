using System.Security.Cryptography;
using System.Text;
using WhatsApp.Binary;
using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Governor;

/// <summary>The tokens that go with a private message and show the service that the person knows us. Source: facts 8.7.</summary>
internal static class PrivacyTokens
{
    /// <summary>Time is counted in weeks; a token is good for the week it was made in and three more.</summary>
    private const long BucketSeconds = 604_800;
    private const long Buckets = 4;

    public static bool IsValid(PrivacyToken? token, DateTimeOffset now) => token is not null && BucketOf(now) - BucketOf(token.IssuedAt) < Buckets;

    /// <summary>Tokens made before are worth nothing any more.</summary>
    public static DateTimeOffset WorthlessBefore(DateTimeOffset now) => DateTimeOffset.FromUnixTimeSeconds((BucketOf(now) - Buckets + 1) * BucketSeconds);

    /// <summary>Our own token is given once a week at most.</summary>
    public static bool IsIssueDue(DateTimeOffset? last, DateTimeOffset now) => last is null || BucketOf(last.Value) < BucketOf(now);

    /// <summary>The one the person gave us while it is good, else one made from the account's salt; empty without either. Never for groups or our own account.</summary>
    public static IReadOnlyList<Node> For(SessionTransaction store, PeerId person, DateTimeOffset now)
    {
        if (store.PrivacyTokens.Load(person) is { } token && IsValid(token, now))
        {
            return [new Node("tctoken", null, token.Token)];
        }

        return person.IsLid && store.Device.NctSalt is { } salt ? [new Node("cstoken", null, FromSalt(salt, person.Name))] : [];
    }

    public static byte[] FromSalt(byte[] salt, Jid lid) => HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes(lid.Bare.ToString()));

    private static long BucketOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / BucketSeconds;
}
