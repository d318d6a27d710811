using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sandbox.Service.Wire;

/// <summary>A certificate authority for TLS that nobody trusts but who is handed it. Made anew at each start; its key never leaves the process.</summary>
internal sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _own;
    private readonly DateTimeOffset _now;

    private TestAuthority(DateTimeOffset now)
    {
        _now = now;
        var request = new CertificateRequest("CN=Test authority of one run", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _own = request.CreateSelfSigned(now.AddYears(-1), now.AddYears(1));
        Certificate = X509CertificateLoader.LoadCertificate(_own.RawData);
    }

    /// <summary>What clients are to trust; without the key.</summary>
    public X509Certificate2 Certificate { get; }

    public static TestAuthority Create(DateTimeOffset now) => new(now);

    /// <summary>A server's certificate for loopback, good for some days from now.</summary>
    public X509Certificate2 IssueForLoopback() => Issue(_now.AddDays(-1), _now.AddDays(30), "localhost", "127.0.0.1", "::1");

    /// <summary>A server's certificate with its key. Names may be addresses.</summary>
    public X509Certificate2 Issue(DateTimeOffset from, DateTimeOffset until, params ReadOnlySpan<string> names)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Simulated service", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        return request.Create(_own, from, until, RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
    }

    public void Dispose()
    {
        Certificate.Dispose();
        _own.Dispose();
        _key.Dispose();
    }
}
