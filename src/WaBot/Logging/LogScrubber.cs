using System.Text.RegularExpressions;
using Serilog.Events;
using Serilog.Formatting;

namespace WaBot.Logging;

/// <summary>
/// The last gate before a sink: whatever a library or an exception put into a line, addresses of people, pairing texts and the
/// configured secrets do not get through. Classification at the call is the rule; this is for what nobody classified.
/// </summary>
internal sealed partial class LogScrubber(ITextFormatter inner, IReadOnlyList<string> secrets) : ITextFormatter
{
    public const string Mark = "[redacted]";

    public void Format(LogEvent logEvent, TextWriter output)
    {
        using var line = new StringWriter();
        inner.Format(logEvent, line);
        output.Write(Scrub(line.ToString()));
    }

    public string Scrub(string text)
    {
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, Mark, StringComparison.Ordinal);
        }
        text = Address().Replace(text, Mark);
        text = Pairing().Replace(text, Mark);
        return Phone().Replace(text, Mark);
    }

    [GeneratedRegex(@"[0-9]{5,}(?:\.[0-9]+)?(?::[0-9]+)?@(?:s\.whatsapp\.net|c\.us|lid|hosted(?:\.lid)?)")]
    private static partial Regex Address();

    [GeneratedRegex(@"[0-9]@[A-Za-z0-9+/=]{8,}(?:,[A-Za-z0-9+/=]{8,}){1,}")]
    private static partial Regex Pairing();

    // E.164 with its plus sign, or an Indonesian number written bare.
    [GeneratedRegex(@"(?:\+[0-9]{9,15}|\b(?:62|08)[0-9]{8,13})\b")]
    private static partial Regex Phone();
}
