namespace Sandbox.Service.Links;

/// <summary>The pairing codes that are on offer.</summary>
internal sealed class PairingDesk(ServiceCore core)
{
    private readonly Dictionary<string, (PairingLink Link, DateTimeOffset Until)> _offers = [];

    public void Offer(string code, PairingLink link, DateTimeOffset until) => _offers[code] = (link, until);

    private readonly HashSet<PairingLink> _codes = [];

    /// <summary>A phone may type a code for this connection now.</summary>
    public void OfferCode(PairingLink link) => _codes.Add(link);

    /// <summary>The connection that waits for a code on this account's phone.</summary>
    public PairingLink? FindCode(string account) => _codes.FirstOrDefault(link => link.Codes.IsOffered(account));

    /// <summary>All connections that have offered a code or a QR.</summary>
    public IEnumerable<PairingLink> All => _codes.Concat(_offers.Values.Select(offer => offer.Link)).Distinct();

    public void Forget(PairingLink link)
    {
        _codes.Remove(link);
        Withdraw(link);
    }

    public void Withdraw(PairingLink link)
    {
        foreach (var code in _offers.Where(offer => offer.Value.Link == link).Select(offer => offer.Key).ToArray())
        {
            _offers.Remove(code);
        }
    }

    public PairingLink? Find(string code) =>
        _offers.TryGetValue(code, out var offer) && core.Options.Time.GetUtcNow() <= offer.Until ? offer.Link : null;
}
