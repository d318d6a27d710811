using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace WaBot.Options;

/// <summary>What <c>wabot --help</c> prints. The list of options is read from the records themselves, so that it cannot be out of date.</summary>
internal static class HelpText
{
    public static string Of()
    {
        var text = new StringBuilder("""
            wabot - a WhatsApp bot that gives each member of a group one hosted server.

            Usage: wabot [--Section:Key VALUE ...]        run
                   wabot sign-in [--Section:Key VALUE]    print a new one-time code for the operator page
                   wabot user token add NAME SCOPES       make a token for the admin API (scopes, comma between: read,claims,deletions,panel)
                   wabot user token list | revoke NAME    show or end tokens
                   wabot rebuild [--apply]                with the database lost: restore the claims from the panel; shows the plan first
                   wabot help                             this text

            Options come from appsettings.json, .env (rights 600; --EnvFile FILE, or none), the environment (Section__Key, or the
            name in brackets) and the command line; the later one wins. Secrets belong into .env or the environment.

            """);
        foreach (var (section, type) in WaBotOptions.Sections)
        {
            text.AppendLine();
            var defaults = Activator.CreateInstance(type);
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
            {
                var key = $"{section}:{property.Name}";
                var alias = EnvironmentAliases.ByKey.TryGetValue(key, out var name) ? $" [{name}]" : "";
                text.Append(CultureInfo.InvariantCulture, $"  --{key,-34}{alias}{Default(property.GetValue(defaults))}").AppendLine();
            }
        }
        return text.ToString();
    }

    private static string Default(object? value) => value switch
    {
        null or "" or 0 or ICollection { Count: 0 } => "",
        IEnumerable list and not string => $" (default {string.Join(',', list.Cast<object>())})",
        IFormattable number => $" (default {number.ToString(null, CultureInfo.InvariantCulture)})",
        _ => $" (default {value})",
    };
}
