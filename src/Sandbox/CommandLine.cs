using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Sandbox;

/// <summary>Reads the sandbox's arguments. All faults are told at once, each with what to write instead.</summary>
internal static class CommandLine
{
    public const string Usage = """
        wabot-sandbox - the whole of WaBot on this machine: simulated WhatsApp service, phones and panel, and the real bot.

        Usage: dotnet run --project src/Sandbox -- [options]

          --data DIR             keep the state of both sides in DIR (otherwise a temporary folder, deleted at the end)
          --port N               port of the bot's own pages (8080; 0 picks a free one)
          --page-port N          port of the sandbox page and its control API (8081; 0 picks a free one)
          --addressing lid|pn    how the simulated group addresses its members (lid)
          --members N            number of simulated members, 1 to 50 (4)
          --install-time TIME    how long the simulated panel installs a server (00:00:06)
          --templates DIR        server templates (the product's own)
          --group JID            the target group (the simulated one; needed with --whatsapp)
          --qr-file FILE         a file that always holds the current pairing QR text
          --link-phone NUMBER    link the bot by a code typed on the phone with this number, instead of a QR
          --code-file FILE       a file that always holds the code to type there
          --whatsapp URL         an external service on loopback, such as ws://127.0.0.1:9000/ws/chat; needs --trust-root
          --trust-root HEX       root key of that service's certificate chain, 64 hexadecimal digits
          --authority FILE       certificate (PEM or DER) of who certifies that service's name, when its URL begins with wss
          --panel URL            an external panel on loopback, such as http://127.0.0.1:9001; needs --panel-key
          --panel-key KEY        its application key
          --Section:Key VALUE    any option of WaBot, for example --Claims:GracePeriod 00:00:20
          --help                 this text

        Addresses outside this machine are refused.
        """;

    public static (SandboxOptions Options, IReadOnlyList<string> Faults) Parse(IReadOnlyList<string> args)
    {
        var options = new SandboxOptions();
        var bot = new List<KeyValuePair<string, string>>();
        var faults = new List<string>();
        for (var index = 0; index < args.Count; index++)
        {
            var (name, inline) = Split(args[index]);
            if (name is "--help" or "-h" or "-?")
            {
                options = options with { Help = true };
                continue;
            }

            if (!name.StartsWith("--", StringComparison.Ordinal))
            {
                faults.Add($"'{name}' is not an option. Options begin with '--'; see --help.");
                continue;
            }

            var value = inline ?? (index + 1 < args.Count ? args[++index] : null);
            if (value is null)
            {
                faults.Add($"{name} needs a value.");
                continue;
            }

            if (name.Contains(':', StringComparison.Ordinal))
            {
                bot.Add(new(name[2..], value));
                continue;
            }

            options = Apply(options, name, value, faults);
        }

        options = options with { BotOptions = bot };
        CheckTogether(options, faults);
        return (options, faults);
    }

    private static (string Name, string? Value) Split(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && argument.StartsWith("--", StringComparison.Ordinal) ? (argument[..equals], argument[(equals + 1)..]) : (argument, null);
    }

    private static SandboxOptions Apply(SandboxOptions options, string name, string value, List<string> faults)
    {
        switch (name)
        {
            case "--data": return options with { DataFolder = Path.GetFullPath(value) };
            case "--port": return options with { Port = Port(name, value, faults) };
            case "--page-port": return options with { PagePort = Port(name, value, faults) };
            case "--templates":
                if (!Directory.Exists(value))
                {
                    faults.Add("--templates names a folder that does not exist.");
                }

                return options with { Templates = Path.GetFullPath(value) };
            case "--group":
                if (!WhatsApp.Jid.TryParse(value, out var group) || !group.IsGroup)
                {
                    faults.Add("--group must be a group's address, such as 120363000000000001@g.us.");
                }

                return options with { Group = value };
            case "--qr-file": return options with { QrFile = Path.GetFullPath(value) };
            case "--code-file": return options with { CodeFile = Path.GetFullPath(value) };
            case "--link-phone" when WhatsApp.LinkingMethod.TryByCode(value) is { } method: return options with { LinkPhone = method.PhoneNumber };
            case "--link-phone":
                faults.Add("--link-phone must be a phone number with its country code, 7 to 15 digits, such as 628000000002.");
                return options;
            case "--whatsapp": return options with { WhatsApp = Address(name, value, faults, "ws", "wss") };
            case "--trust-root": return options with { TrustRoot = Key(value, faults) };
            case "--authority": return options with { Authority = Certificate(value, faults) };
            case "--panel": return options with { Panel = Address(name, value, faults, "http", "https") };
            case "--panel-key": return options with { PanelKey = value };
            case "--addressing" when value is "lid" or "pn": return options with { LidGroup = value == "lid" };
            case "--addressing":
                faults.Add("--addressing must be lid or pn.");
                return options;
            case "--members" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var members) && members is >= 1 and <= 50:
                return options with { Members = members };
            case "--members":
                faults.Add("--members must be a number from 1 to 50.");
                return options;
            case "--install-time" when TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero:
                return options with { InstallTime = time };
            case "--install-time":
                faults.Add("--install-time must be a time such as 00:00:06.");
                return options;
            default:
                faults.Add($"{name} is not an option of the sandbox. Options of WaBot are written --Section:Key; see --help.");
                return options;
        }
    }

    private static void CheckTogether(SandboxOptions options, List<string> faults)
    {
        if (options.WhatsApp is not null && options.TrustRoot is null)
        {
            faults.Add("--whatsapp needs --trust-root: the key with which that service's certificates are signed.");
        }

        if (options.WhatsApp is not null && options.Group is null)
        {
            faults.Add("--whatsapp needs --group: the group to watch on that service.");
        }

        if (options.Panel is not null && options.PanelKey is null)
        {
            faults.Add("--panel needs --panel-key.");
        }
    }

    private static int Port(string name, string value, List<string> faults)
    {
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= 65535)
        {
            return port;
        }

        faults.Add($"{name} must be a port from 0 to 65535.");
        return 0;
    }

    private static Uri? Address(string name, string value, List<string> faults, params ReadOnlySpan<string> schemes)
    {
        if (!Uri.TryCreate(value, UriKind.Absolute, out var address) || !schemes.Contains(address.Scheme))
        {
            faults.Add($"{name} must be an address that begins with {string.Join(":// or ", schemes.ToArray())}://.");
            return null;
        }

        if (SandboxOptions.IsLoopback(address))
        {
            return address;
        }

        faults.Add($"{name} must be on this machine (127.0.0.1, [::1] or localhost): the sandbox talks to no other.");
        return null;
    }

    private static byte[]? Certificate(string path, List<string> faults)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(path);
            return certificate.RawData;
        }
        catch (Exception fault) when (fault is CryptographicException or IOException or UnauthorizedAccessException)
        {
            faults.Add("--authority must name a file that holds one certificate, PEM or DER.");
            return null;
        }
    }

    private static byte[]? Key(string value, List<string> faults)
    {
        if (value.Length == 64 && value.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(value);
        }

        faults.Add("--trust-root must have 64 hexadecimal digits.");
        return null;
    }
}
