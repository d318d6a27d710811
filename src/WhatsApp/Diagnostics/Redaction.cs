using System.Globalization;
using WhatsApp.Binary;

namespace WhatsApp.Diagnostics;

/// <summary>
/// Makes a recorded value fit to be shown. Words of the protocol's own dictionary, small numbers and times stay; every address,
/// id and other text gets a pseudonym, the same one wherever it comes again within this dump and another in the next.
/// </summary>
internal sealed class Redaction
{
    /// <summary>Attributes whose dictionary words and small numbers mean something; whatever else they hold gets a pseudonym too.</summary>
    private static readonly HashSet<string> Telling = new(StringComparer.Ordinal)
    {
        "action", "addressing_mode", "category", "class", "code", "context", "count", "decrypt-fail", "device_fanout", "edit", "error", "expiration", "index",
        "is_hosted", "key-index", "last", "mediatype", "mode", "offline", "platform", "protocol", "push_priority", "reason", "request", "state", "type",
        "v", "value", "version", "xmlns", "op_name",
    };

    private static readonly HashSet<string> Times = new(StringComparer.Ordinal) { "t", "timestamp", "creation", "s_t", "ts", "expire" };

    /// <summary>Words of the protocol that its dictionary lacks.</summary>
    private static readonly HashSet<string> MoreWords = new(StringComparer.Ordinal)
    {
        "privacy_token", "trusted_contact", "mex", "lid", "pn", "pkmsg", "skmsg", "msmsg", "inactive", "hist_sync", "peer_msg", "sender", "retry", "NotificationUserReachoutTimelockUpdate",
        "reachout", "device_removed", "replaced", "urn:xmpp:whatsapp:dirty", "devices", "account_sync", "link_code_companion_reg", "critical_block", "w:gp2", "w:g2", "w:p", "usync", "encrypt",
    };

    private readonly Dictionary<string, string> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);

    public string Tag(string tag) => IsWord(tag) || IsPlainTag(tag) ? tag : Word(tag);

    public string Name(string name) => IsWord(name) || IsPlainTag(name) ? name : Word(name);

    public string Value(string name, AttributeValue value)
    {
        if (value.TypedJid is { } typed)
        {
            return Address(typed);
        }

        var text = value.Text ?? "";
        if (Times.Contains(name) && IsNumber(text, 10))
        {
            return text;
        }

        if (Telling.Contains(name) && (IsNumber(text, 5) || IsWord(text)))
        {
            return text;
        }

        return text.Contains('@', StringComparison.Ordinal) && Jid.TryParse(text, out var jid) && jid.User.Length > 0 ? Address(jid)
            : text is "s.whatsapp.net" or "g.us" or "lid" ? text
            : Word(text);
    }

    /// <summary>Server and device stay: they decide who handles a stanza. A server that is none of the known ones could be anything.</summary>
    private string Address(Jid jid)
    {
        var server = jid.Server is JidServers.Phone or JidServers.Lid or JidServers.Group or JidServers.Hosted or JidServers.HostedLid or "broadcast" or "newsletter" or "call" ? jid.Server : Word(jid.Server);
        if (jid.User.Length == 0)
        {
            return server;
        }

        if (!_users.TryGetValue(jid.User, out var user))
        {
            // No telephone number has eighteen digits, and no LID or group of the service begins with four nines.
            _users[jid.User] = user = string.Create(CultureInfo.InvariantCulture, $"9999{_users.Count + 1:D14}");
        }

        return new Jid(user, server, jid.Device, jid.Agent).ToString();
    }

    private string Word(string text)
    {
        if (!_words.TryGetValue(text, out var word))
        {
            _words[text] = word = string.Create(CultureInfo.InvariantCulture, $"x{_words.Count + 1}");
        }

        return word;
    }

    private static bool IsWord(string text) => MoreWords.Contains(text) || (Tokens.TryGetCode(text, out _) && !IsNumber(text, int.MaxValue));

    private static bool IsPlainTag(string tag) => tag.Length is > 0 and <= 40 && tag.All(letter => letter is (>= 'a' and <= 'z') or '_' or '-' or ':');

    private static bool IsNumber(string text, int longest) => text.Length > 0 && text.Length <= longest && text.All(char.IsAsciiDigit);
}
