using System.Security.Cryptography;
using System.Text;
using Shared.Chance;
using Shared.Options;

namespace Provisioning.Accounts;

/// <summary>
/// The secret behind the panel users' made-up addresses. Whoever has it can prove a panel user ours, so it is part of every backup;
/// with another key every user made before becomes a stranger.
/// </summary>
public sealed class EmailKey
{
    public const int Length = 32;

    // 20 bytes: no two members meet, and the address stays short.
    private const int HashLength = 20;
    private readonly byte[] key;

    public EmailKey(byte[] key)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(key.Length, Length);
        this.key = key;
    }

    /// <summary>Reads the key, or makes one readable by its owner only.</summary>
    /// <exception cref="InvalidDataException">The file is there but is no key: it must be restored, not replaced.</exception>
    public static EmailKey LoadOrCreate(string path, IRandomBytes random)
    {
        if (File.Exists(path))
        {
            var stored = File.ReadAllBytes(path);
            return stored.Length == Length
                ? new EmailKey(stored)
                : throw new InvalidDataException($"{Path.GetFileName(path)} does not hold {Length} bytes: restore it from a backup.");
        }

        var fresh = new byte[Length];
        random.Fill(fresh);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // Whole or not at all: a half-written key would lock the product out of its own users.
        using (var file = new FileStream(path + ".new", options))
        {
            file.Write(fresh);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path);
        return new EmailKey(fresh);
    }

    /// <summary>The address of this member's panel user: always the same, and nobody without the key can compute it.</summary>
    public string AddressFor(string waJid, PanelOptions panel) =>
        $"{Convert.ToHexStringLower(Hash("email:" + waJid)[..HashLength])}@{panel.EmailDomain}";

    /// <summary>Four letters and digits that stand behind a username a stranger has; another four for each try.</summary>
    public string SuffixFor(string waJid, int attempt) =>
        Convert.ToHexStringLower(Hash($"suffix:{attempt}:{waJid}")[..2]);

    /// <inheritdoc />
    public override string ToString() => nameof(EmailKey);

    private byte[] Hash(string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
