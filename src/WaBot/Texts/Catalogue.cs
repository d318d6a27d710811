using System.Globalization;
using System.Text;
using Shared.Members;

namespace WaBot.Texts;

/// <summary>The texts of one language, placeholders filled.</summary>
internal sealed class Catalogue
{
    private static readonly Catalogue IndonesianTexts = new(Indonesian.Texts, Indonesian.Months);
    private static readonly Catalogue EnglishTexts = new(English.Texts, English.Months);

    /// <summary>Western Indonesia; fixed, for the country has no summer time.</summary>
    private static readonly TimeSpan Wib = TimeSpan.FromHours(7);

    private readonly IReadOnlyDictionary<TextKey, string> texts;
    private readonly IReadOnlyList<string> months;

    private Catalogue(IReadOnlyDictionary<TextKey, string> texts, IReadOnlyList<string> months) => (this.texts, this.months) = (texts, months);

    public static Catalogue Of(Language language) => language == Language.English ? EnglishTexts : IndonesianTexts;

    /// <summary>The text with its placeholders filled in one pass: what a value contains is never looked at again.</summary>
    /// <exception cref="InvalidOperationException">A placeholder has no value: a fault of ours.</exception>
    public string Write(TextKey key, params ReadOnlySpan<(string Name, string Value)> values)
    {
        var text = texts[key];
        var result = new StringBuilder(text.Length + 64);
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf('{', at);
            if (open < 0)
            {
                break;
            }
            var close = text.IndexOf('}', open);
            result.Append(text, at, open - at).Append(ValueOf(key, text[(open + 1)..close], values));
            at = close + 1;
        }
        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>A duration in words, whole minutes, at most two units: "3 jam 20 menit".</summary>
    public string Words(TimeSpan duration)
    {
        var minutes = (int)Math.Round(Math.Max(0, duration.TotalMinutes), MidpointRounding.AwayFromZero);
        if (minutes == 0)
        {
            return Write(TextKey.LessThanAMinute);
        }
        var parts = new List<string>(2);
        if (minutes / 60 is > 0 and var hours)
        {
            parts.Add(Write(hours == 1 ? TextKey.Hour : TextKey.Hours, ("n", Number(hours))));
        }
        if (minutes % 60 is > 0 and var rest)
        {
            parts.Add(Write(rest == 1 ? TextKey.Minute : TextKey.Minutes, ("n", Number(rest))));
        }
        return string.Join(' ', parts);
    }

    /// <summary>Day and time with the zone: "22 Nov pukul 14.30 WIB".</summary>
    public string When(DateTimeOffset instant)
    {
        var local = instant.ToOffset(Wib);
        return Write(TextKey.DateAndTime,
            ("day", Day(local)),
            ("hour", local.Hour.ToString("00", CultureInfo.InvariantCulture)),
            ("minute", local.Minute.ToString("00", CultureInfo.InvariantCulture)));
    }

    /// <summary>A day: "22 Nov".</summary>
    public string Day(DateTimeOffset instant)
    {
        var local = instant.ToOffset(Wib);
        return $"{Number(local.Day)} {months[local.Month - 1]}";
    }

    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string ValueOf(TextKey key, string name, ReadOnlySpan<(string Name, string Value)> values)
    {
        foreach (var (candidate, value) in values)
        {
            if (candidate == name)
            {
                return value;
            }
        }
        throw new InvalidOperationException($"Text {key} needs a value for {name}.");
    }
}
