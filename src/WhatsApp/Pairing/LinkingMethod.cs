namespace WhatsApp;

/// <summary>How the account's phone is to link this device.</summary>
public sealed record LinkingMethod
{
    private const int FewestDigits = 7;
    private const int MostDigits = 15;

    private LinkingMethod(string? phoneNumber) => PhoneNumber = phoneNumber;

    /// <summary>The phone scans a QR code.</summary>
    public static LinkingMethod Qr { get; } = new((string?)null);

    /// <summary>The account's number, digits only, when a code is to be typed on that phone; null for a QR code.</summary>
    public string? PhoneNumber { get; }

    /// <summary>A code is shown here and typed on the phone with this number.</summary>
    /// <param name="phoneNumber">With country code; spaces, dashes, dots, brackets and a leading plus are allowed.</param>
    /// <exception cref="ArgumentException">No such number: 7 to 15 digits that do not begin with a zero.</exception>
    public static LinkingMethod ByCode(string phoneNumber) =>
        TryByCode(phoneNumber) ?? throw new ArgumentException("A phone number has 7 to 15 digits, country code first, no leading zero.", nameof(phoneNumber));

    /// <summary>As <see cref="ByCode"/>; null instead of an exception.</summary>
    /// <param name="phoneNumber">As a person types it.</param>
    public static LinkingMethod? TryByCode(string? phoneNumber)
    {
        var text = phoneNumber?.Trim() ?? "";
        var digits = new string([.. (text.StartsWith('+') ? text[1..] : text).Where(sign => sign is not (' ' or '-' or '.' or '(' or ')' or '\u00A0'))]);
        return digits.Length is >= FewestDigits and <= MostDigits && digits[0] != '0' && digits.All(char.IsAsciiDigit) ? new LinkingMethod(digits) : null;
    }

    /// <summary>Without the number.</summary>
    public override string ToString() => PhoneNumber is null ? "Qr" : "Code";
}
