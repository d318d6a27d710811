using System.Globalization;
using System.Text.Json.Nodes;

namespace Sandbox.Panel.Http;

/// <summary>Collects the validation faults of one body, as Laravel does: all of them, one entry per failed rule.</summary>
internal sealed class Rules(JsonObject body)
{
    private readonly List<FailedRule> failed = [];

    public void Fail(string field, string rule) =>
        failed.Add(new FailedRule(field, rule, $"The {field} is invalid ({rule})."));

    public string RequiredText(string field, int longest = 191)
    {
        if (Find(field) is null)
        {
            Fail(field, "required");
            return "";
        }

        return OptionalText(field, longest) ?? "";
    }

    public string? OptionalText(string field, int longest = 191)
    {
        var node = Find(field);
        if (node is null)
        {
            return null;
        }

        if (node is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            Fail(field, "string");
            return null;
        }

        if (text.Length > longest)
        {
            Fail(field, "max");
        }

        return text;
    }

    public int RequiredNumber(string field, int least, int most = int.MaxValue)
    {
        if (Find(field) is not { } node)
        {
            Fail(field, "required");
            return least;
        }

        return Number(node, field, least, most);
    }

    /// <summary>The key has to be there, but may be null.</summary>
    public int? PresentNumber(string field)
    {
        if (!IsPresent(field))
        {
            Fail(field, "present");
        }

        return OptionalNumber(field);
    }

    public int? OptionalNumber(string field) => Find(field) is { } node ? Number(node, field, 0, int.MaxValue) : null;

    /// <summary>A boolean that may be absent, but not null.</summary>
    public bool OptionalFlag(string field, bool fallback)
    {
        if (!IsPresent(field))
        {
            return fallback;
        }

        switch (Find(field)?.ToJsonString())
        {
            case "true" or "1" or "\"1\"":
                return true;
            case "false" or "0" or "\"0\"":
                return false;
            default:
                Fail(field, "boolean");
                return fallback;
        }
    }

    public bool IsPresent(string field)
    {
        JsonNode? node = body;
        foreach (var part in field.Split('.'))
        {
            if (node is not JsonObject item || !item.TryGetPropertyValue(part, out node))
            {
                return false;
            }
        }

        return true;
    }

    public JsonNode? Find(string field)
    {
        JsonNode? node = body;
        foreach (var part in field.Split('.'))
        {
            node = (node as JsonObject)?[part];
        }

        return node;
    }

    public void ThrowIfAny()
    {
        if (failed.Count > 0)
        {
            throw PanelRefusal.Invalid(failed);
        }
    }

    private int Number(JsonNode node, string field, int least, int most)
    {
        if (!double.TryParse(node.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            Fail(field, "numeric");
            return least;
        }

        if (number < least)
        {
            Fail(field, "min");
        }

        if (number > most)
        {
            Fail(field, "max");
        }

        return (int)Math.Round(number);
    }
}
