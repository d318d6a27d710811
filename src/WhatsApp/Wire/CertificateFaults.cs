using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace WhatsApp.Wire;

/// <summary>Says in words why a certificate was refused, without any text of the certificate itself: a stranger wrote that.</summary>
internal static class CertificateFaults
{
    public static string Describe(X509Chain? chain, SslPolicyErrors errors)
    {
        List<string> found = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            found.Add("none was shown");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            found.Add("it is for another name");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            var status = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
            found.AddRange(OfChain(status));
        }

        return string.Join(", ", found);
    }

    private static IEnumerable<string> OfChain(X509ChainStatusFlags status)
    {
        // a forger may borrow the right authority's name: then its signature is what does not fit
        const X509ChainStatusFlags stranger = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.NotSignatureValid;
        if ((status & stranger) != 0)
        {
            yield return "its authority is not trusted here";
        }

        if ((status & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            yield return "it is expired or not yet valid (is this machine's clock right?)";
        }

        if ((status & ~(stranger | X509ChainStatusFlags.NotTimeValid)) is var rest && rest != X509ChainStatusFlags.NoError)
        {
            yield return rest.ToString();
        }
    }
}
