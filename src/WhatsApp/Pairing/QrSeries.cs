using WhatsApp.Store;

namespace WhatsApp.Pairing;

/// <summary>The QR codes of one offer, each with its time. Source: facts 5, step 3.</summary>
internal sealed class QrSeries(IReadOnlyList<string> references, DateTimeOffset start)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(20);

    /// <summary>The code of a moment; null when all are over.</summary>
    public QrShown? At(DateTimeOffset now, DeviceRow device)
    {
        var end = start;
        for (var i = 0; i < references.Count; i++)
        {
            end += i == 0 ? First : Later;
            if (now < end)
            {
                return new QrShown(PairingCode.Text(references[i], device), end);
            }
        }

        return null;
    }
}
