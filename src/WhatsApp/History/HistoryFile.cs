using System.IO.Compression;
using System.Security.Cryptography;

namespace WhatsApp.History;

/// <summary>
/// One encrypted file of history on its way: fetched to disk, checked as a whole, then decrypted, inflated and read as a stream.
/// <c>file = AES-256-CBC(deflated) || first 10 bytes of HMAC-SHA256(macKey, iv || ciphertext)</c>. Source: facts 16.
/// </summary>
internal static class HistoryFile
{
    private const int MacBytes = 10;
    private const int BlockBytes = 16;
    private const int KeysBytes = 112;
    private static ReadOnlySpan<byte> Info => "WhatsApp History Keys"u8;

    /// <summary>Fetches the file; no more of it than was announced, with room for padding and MAC.</summary>
    /// <exception cref="InvalidDataException">It is longer than it may be.</exception>
    public static async Task FetchAsync(Stream source, Stream file, HistoryNotice notice, CancellationToken cancellationToken)
    {
        var most = notice.FileLength > 0 ? notice.FileLength + BlockBytes + MacBytes : HistoryNotice.MostFileBytes;
        var buffer = new byte[64 * 1024];
        for (long length = 0; await source.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read;)
        {
            length += read;
            if (length > most)
            {
                throw new InvalidDataException("The file is longer than it was announced.");
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Checks the whole file before a byte of it is decrypted, and its contents before any of them counts.</summary>
    /// <exception cref="InvalidDataException">A hash or the MAC differs, or it holds no history.</exception>
    public static HistoryFacts Read(Stream file, HistoryNotice notice, Func<Jid, bool> named)
    {
        var keys = HKDF.DeriveKey(HashAlgorithmName.SHA256, notice.MediaKey, KeysBytes, salt: [], info: Info.ToArray());
        try
        {
            var (iv, cipherKey, macKey) = (keys.AsSpan(0, 16).ToArray(), keys.AsSpan(16, 32).ToArray(), keys.AsSpan(48, 32).ToArray());
            Check(file, notice, iv, macKey);
            file.SetLength(file.Length - MacBytes);
            file.Position = 0;
            using var aes = Aes.Create();
            using var decryptor = aes.CreateDecryptor(cipherKey, iv);
            using var plain = new CryptoStream(file, decryptor, CryptoStreamMode.Read, leaveOpen: true);
            using var hashed = new HashedStream(plain);
            HistoryFacts facts;
            using (var inflated = new ZLibStream(hashed, CompressionMode.Decompress, leaveOpen: true))
            {
                facts = HistoryFacts.Read(inflated, named);
            }

            hashed.CopyTo(Stream.Null);
            return CryptographicOperations.FixedTimeEquals(hashed.Hash(), notice.FileSha256) ? facts : throw new InvalidDataException("The decrypted file has another hash.");
        }
        catch (CryptographicException fault)
        {
            throw new InvalidDataException("The file cannot be decrypted.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    private static void Check(Stream file, HistoryNotice notice, byte[] iv, byte[] macKey)
    {
        if (file.Length < MacBytes + BlockBytes)
        {
            throw new InvalidDataException("The file is too short.");
        }

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, macKey);
        mac.AppendData(iv);
        var tail = new byte[MacBytes];
        var left = file.Length - MacBytes;
        var buffer = new byte[64 * 1024];
        file.Position = 0;
        while (left > 0)
        {
            var read = file.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            hash.AppendData(buffer, 0, read);
            mac.AppendData(buffer, 0, read);
            left -= read;
        }

        file.ReadExactly(tail);
        hash.AppendData(tail);
        if (!CryptographicOperations.FixedTimeEquals(hash.GetHashAndReset(), notice.FileEncSha256) ||
            !CryptographicOperations.FixedTimeEquals(mac.GetHashAndReset().AsSpan(0, MacBytes), tail))
        {
            throw new InvalidDataException("The file is not the one the phone announced.");
        }
    }

    /// <summary>Hashes what is read through it.</summary>
    private sealed class HashedStream(Stream inner) : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public byte[] Hash() => _hash.GetHashAndReset();

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var read = inner.Read(buffer);
            _hash.AppendData(buffer[..read]);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _hash.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
