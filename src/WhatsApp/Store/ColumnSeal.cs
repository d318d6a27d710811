using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace WhatsApp.Store;

/// <summary>
/// Seals secret columns by AES-256-GCM under a key of the store's own. The host's protector seals that one key, once: what it costs,
/// and where it keeps its keys, then has no part in every message. See decision 0009.
/// </summary>
internal sealed class ColumnSeal : IDisposable
{
    private const string Purpose = "store.key";
    private const int NonceSize = 12, TagSize = 16;

    private readonly Dictionary<string, byte[]> _purposes = new(StringComparer.Ordinal);
    private readonly ISecretProtector _protector;
    private readonly AesGcm _aes;

    private ColumnSeal(ISecretProtector protector, ReadOnlySpan<byte> key) => (_protector, _aes) = (protector, new AesGcm(key, TagSize));

    /// <summary>What lacks it was sealed by the protector itself, before there was a key of the store.</summary>
    private static ReadOnlySpan<byte> Mark => "sealed-1"u8;

    /// <summary>Reads the store's key, making it at the first use.</summary>
    /// <exception cref="CryptographicException">It was sealed by another protector, or changed.</exception>
    public static ColumnSeal Open(SqliteConnection connection, ISecretProtector protector)
    {
        var key = Read(connection) is { } wrapped ? protector.Unprotect(wrapped, Purpose) : Create(connection, protector);
        try
        {
            return new ColumnSeal(protector, key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    public byte[] Seal(ReadOnlySpan<byte> plain, string purpose)
    {
        // mark || nonce || ciphertext || tag; the purpose is authenticated with them
        var cipher = new byte[Mark.Length + NonceSize + plain.Length + TagSize];
        Mark.CopyTo(cipher);
        var nonce = cipher.AsSpan(Mark.Length, NonceSize);
        RandomNumberGenerator.Fill(nonce);
        _aes.Encrypt(nonce, plain, cipher.AsSpan(Mark.Length + NonceSize, plain.Length), cipher.AsSpan(cipher.Length - TagSize), BytesOf(purpose));
        return cipher;
    }

    /// <exception cref="CryptographicException">Changed, or of another purpose.</exception>
    public byte[] Open(ReadOnlySpan<byte> cipher, string purpose)
    {
        if (!cipher.StartsWith(Mark))
        {
            return _protector.Unprotect(cipher, purpose);
        }

        var rest = cipher[Mark.Length..];
        if (rest.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("A sealed column is cut off.");
        }

        var plain = new byte[rest.Length - NonceSize - TagSize];
        _aes.Decrypt(rest[..NonceSize], rest[NonceSize..^TagSize], rest[^TagSize..], plain, BytesOf(purpose));
        return plain;
    }

    public void Dispose() => _aes.Dispose();

    private static byte[]? Read(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT wrapped FROM store_keys WHERE id=1";
        return command.ExecuteScalar() as byte[];
    }

    private static byte[] Create(SqliteConnection connection, ISecretProtector protector)
    {
        var key = RandomNumberGenerator.GetBytes(32);
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO store_keys (id, wrapped) VALUES (1, $wrapped)";
        command.Parameters.AddWithValue("$wrapped", protector.Protect(key, Purpose));
        command.ExecuteNonQuery();
        return key;
    }

    private byte[] BytesOf(string purpose)
    {
        if (!_purposes.TryGetValue(purpose, out var bytes))
        {
            _purposes[purpose] = bytes = Encoding.UTF8.GetBytes(purpose);
        }

        return bytes;
    }
}
