namespace Sandbox.Service.Links;

/// <summary>The pairing codes that are on offer.</summary>
internal sealed class PairingDesk(ServiceCore core)
{
    private readonly Dictionary<string, (PairingLink Link, DateTimeOffset Until)> _offers = [];

    public void Offer(string code, PairingLink link, DateTimeOffset until) => _offers[code] = (link, until);

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
