using System.Globalization;
using System.Text.Json.Nodes;

namespace Sandbox.Panel.Http;

/// <summary>Lists as the panel gives them: substring filters, pages of 50 unless told, a next link that forgets everything but the page.</summary>
internal static class Listing
{
    public static PanelAnswer Page<T>(PanelCall call, IEnumerable<T> rows, Func<T, JsonObject> transform, IReadOnlyDictionary<string, Func<T, string?>> filters)
    {
        foreach (var (key, value) in call.Request.Query)
        {
            if (!key.StartsWith("filter[", StringComparison.Ordinal))
            {
                continue;
            }

            if (!filters.TryGetValue(key["filter[".Length..^1], out var field))
            {
                throw new PanelRefusal(400, "InvalidFilterQuery", "Requested filter(s) are not allowed.");
            }

            var wanted = value.ToString();
            if (wanted.Length > 0)
            {
                // Substring and case-insensitive; a comma means "or".
                rows = rows.Where(row => wanted.Split(',').Any(part => field(row)?.Contains(part, StringComparison.OrdinalIgnoreCase) == true));
            }
        }

        var perPage = Number(call, "per_page", 50);
        perPage = perPage == 0 ? 15 : perPage;
        var page = Math.Max(1, Number(call, "page", 1));
        var all = rows.ToList();
        var pages = Math.Max(1, (all.Count + perPage - 1) / perPage);
        var shown = all.Skip((page - 1) * perPage).Take(perPage).ToList();
        var links = new JsonObject();
        if (page > 1)
        {
            links["previous"] = Link(call, page - 1);
        }

        if (page < pages)
        {
            links["next"] = Link(call, page + 1);
        }

        var answer = All(shown, transform);
        answer.Body!["meta"] = new JsonObject
        {
            ["pagination"] = new JsonObject
            {
                ["total"] = all.Count,
                ["count"] = shown.Count,
                ["per_page"] = perPage,
                ["current_page"] = page,
                ["total_pages"] = pages,
                ["links"] = links,
            },
        };
        return answer;
    }

    /// <summary>A list without pages and without meta.</summary>
    public static PanelAnswer All<T>(IEnumerable<T> rows, Func<T, JsonObject> transform) =>
        new(200, List(rows, transform));

    public static JsonObject List<T>(IEnumerable<T> rows, Func<T, JsonObject> transform) =>
        new() { ["object"] = "list", ["data"] = new JsonArray([.. rows.Select(row => (JsonNode)transform(row))]) };

    private static string Link(PanelCall call, int page) =>
        $"{call.Request.Scheme}://{call.Request.Host}{call.Request.Path}?page={page.ToString(CultureInfo.InvariantCulture)}";

    private static int Number(PanelCall call, string name, int fallback)
    {
        var text = call.Request.Query[name].ToString();
        if (text.Length == 0)
        {
            return fallback;
        }

        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw PanelRefusal.Unexpected("TypeError");
        }

        return number >= 0 ? number : throw PanelRefusal.Unexpected("QueryException");
    }
}
