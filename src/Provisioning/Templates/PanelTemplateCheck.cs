using System.Globalization;
using Provisioning.Panel;
using Shared.Templates;

namespace Provisioning.Templates;

/// <summary>The templates against the panel's eggs: ids differ from panel to panel, and the panel stores a variable that is left out as empty.</summary>
public interface IPanelTemplateCheck
{
    /// <summary>Every fault of every enabled template, each named by file and key; none when all fit.</summary>
    /// <returns>Null when the panel gave no answer, so that nothing is known.</returns>
    Task<IReadOnlyList<string>?> FindFaultsAsync(CancellationToken ct);
}

internal sealed class PanelTemplateCheck(PanelClient panel, TemplateSet templates) : IPanelTemplateCheck
{
    public async Task<IReadOnlyList<string>?> FindFaultsAsync(CancellationToken ct)
    {
        var faults = new List<string>();
        foreach (var template in templates.Enabled)
        {
            try
            {
                faults.AddRange(Compare(template, await panel.ReadEggAsync(template.NestId, template.EggId, ct)));
            }
            catch (PanelFaultException fault) when (fault.Fault != PanelFault.Refused)
            {
                return null;
            }
        }

        return faults;
    }

    internal static IEnumerable<string> Compare(ServerTemplate template, PanelEgg? egg)
    {
        var file = template.Name + ".json";
        if (egg is null)
        {
            return [$"{file}: eggId names no egg in nest {template.NestId}"];
        }

        var faults = new List<string>();
        if (!string.Equals(egg.Name, template.EggName, StringComparison.Ordinal))
        {
            faults.Add($"{file}: eggName is not the name the panel gives egg {template.EggId} (\"{egg.Name}\")");
        }

        var variables = (egg.Relationships?.Variables?.Data ?? []).Select(item => item.Attributes).OfType<PanelEggVariable>().ToList();
        foreach (var variable in variables)
        {
            if (!template.Environment.TryGetValue(variable.EnvVariable, out var value))
            {
                faults.Add($"{file}: environment.{variable.EnvVariable} is missing");
                continue;
            }

            foreach (var rule in variable.Rules ?? [])
            {
                if (Breaks(rule, value.Trim()) is { } what)
                {
                    faults.Add($"{file}: environment.{variable.EnvVariable} {what}");
                }
            }
        }

        faults.AddRange(template.Environment.Keys
            .Where(key => variables.TrueForAll(variable => variable.EnvVariable != key))
            .Select(key => $"{file}: environment.{key} is no variable of the egg"));
        return faults;
    }

    private static string? Breaks(string rule, string value) => rule.Split(':', 2) switch
    {
        ["required"] when value.Length == 0 => "is required and must not be empty",
        ["boolean"] when value is not ("" or "0" or "1" or "true" or "false") => "must be 0 or 1",
        ["max", var most] when int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && value.Length > length => $"must not be longer than {length}",
        _ => null,
    };
}
