using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Net;
using System.Reflection;

namespace WaBot.Options;

/// <summary>
/// Reads options records from the configuration and collects every fault in plain words: which key, what is wrong, what to do.
/// The framework's binder stops at the first value it cannot convert, and repeats it, which a secret must not be.
/// </summary>
internal sealed class OptionsReader(IConfiguration configuration, IReadOnlyDictionary<string, string> aliases)
{
    private readonly List<string> faults = [];

    public IReadOnlyList<string> Faults => faults;

    /// <summary>The section as a record; properties whose value is faulty keep their default.</summary>
    public T Read<T>(string name)
        where T : class, new()
    {
        var section = configuration.GetSection(name);
        var options = new T();
        var properties = typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).ToList();
        foreach (var property in properties)
        {
            Fill(options, property, section.GetSection(property.Name), $"{name}:{property.Name}");
        }
        foreach (var unknown in section.GetChildren().Where(c => !properties.Exists(p => p.Name.Equals(c.Key, StringComparison.OrdinalIgnoreCase))))
        {
            Add($"{name}:{unknown.Key}", $"is not an option; the options of {name} are {string.Join(", ", properties.Select(p => p.Name))}");
        }
        return options;
    }

    public void Add(string key, string wrong) =>
        faults.Add(aliases.TryGetValue(key, out var alias) ? $"{key} (environment: {alias}) {wrong}." : $"{key} {wrong}.");

    private void Fill(object options, PropertyInfo property, IConfigurationSection value, string key)
    {
        if (IsList(property.PropertyType, out var element))
        {
            FillList(options, property, element, value, key);
        }
        else if (!string.IsNullOrWhiteSpace(value.Value))
        {
            if (Convert(value.Value.Trim(), property.PropertyType) is not { } converted)
            {
                Add(key, $"must be {Words(property.PropertyType)}");
                return;
            }
            property.SetValue(options, converted);
        }
        Check(options, property, key);
    }

    private void FillList(object options, PropertyInfo property, Type element, IConfigurationSection value, string key)
    {
        // Either Key:0, Key:1 ... or one text with commas, as environment variables are written.
        var texts = value.GetChildren().Select(c => c.Value).Concat((value.Value ?? "").Split(','))
            .Where(t => !string.IsNullOrWhiteSpace(t)).Select(t => t?.Trim() ?? "").ToList();
        if (texts.Count == 0)
        {
            return;
        }
        var list = (IList?)Activator.CreateInstance(typeof(List<>).MakeGenericType(element)) ?? throw new InvalidOperationException("A list type cannot be made.");
        foreach (var text in texts)
        {
            if (Convert(text, element) is not { } converted)
            {
                Add(key, $"must hold only {Words(element)}");
                return;
            }
            list.Add(converted);
        }
        property.SetValue(options, list);
    }

    private void Check(object options, PropertyInfo property, string key)
    {
        var value = property.GetValue(options);
        foreach (var rule in property.GetCustomAttributes<ValidationAttribute>())
        {
            var empty = value is null or "" or ICollection { Count: 0 };
            if (rule is RequiredAttribute ? !empty : (empty && rule is not MinLengthAttribute { Length: > 0 }) || value is null || rule.IsValid(value))
            {
                continue;
            }
            Add(key, rule switch
            {
                RequiredAttribute => "is missing: set it",
                MinLengthAttribute when empty => "is missing: set it",
                MinLengthAttribute least => $"is too short: it needs at least {least.Length} characters",
                StringLengthAttribute most => $"is too long: {most.MaximumLength} characters at most",
                RangeAttribute range => $"must be from {range.Minimum} to {range.Maximum}",
                _ => rule.ErrorMessage ?? "is not valid",
            });
            return; // one fault a key says enough
        }
    }

    private static bool IsList(Type type, out Type element)
    {
        element = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : typeof(object);
        return element != typeof(object);
    }

    private static object? Convert(string text, Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(string) => text,
            _ when plain == typeof(int) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null,
            _ when plain == typeof(double) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var fraction) ? fraction : null,
            _ when plain == typeof(bool) => bool.TryParse(text, out var flag) ? flag : null,
            _ when plain == typeof(TimeSpan) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var span) ? span : null,
            _ when plain == typeof(Uri) => Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? new Uri(text) : null,
            _ when plain == typeof(IPAddress) => IPAddress.TryParse(text, out var address) ? address : null,
            _ when plain.IsEnum => Enum.TryParse(plain, text, ignoreCase: true, out var member) && Enum.IsDefined(plain, member) ? member : null,
            _ => throw new NotSupportedException($"Options of type {plain.Name} cannot be read."),
        };
    }

    private static string Words(Type type)
    {
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        return plain switch
        {
            _ when plain == typeof(int) => "a whole number",
            _ when plain == typeof(double) => "a number such as 0.3",
            _ when plain == typeof(bool) => "true or false",
            _ when plain == typeof(TimeSpan) => "a time such as 04:00:00 (hours, minutes, seconds)",
            _ when plain == typeof(Uri) => "an address that begins with https:// or http://",
            _ when plain == typeof(IPAddress) => "IP addresses",
            _ when plain.IsEnum => "one of " + string.Join(", ", Enum.GetNames(plain)),
            _ => "a text",
        };
    }
}
