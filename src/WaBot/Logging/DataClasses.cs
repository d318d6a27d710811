using Microsoft.Extensions.Compliance.Classification;

namespace WaBot.Logging;

/// <summary>The kinds of data a log must not show.</summary>
internal static class DataClasses
{
    private const string Taxonomy = "WaBot";

    /// <summary>Numbers and addresses of people: shown as a keyed hash, so that lines about one person can be told to belong together.</summary>
    public static DataClassification Personal { get; } = new(Taxonomy, nameof(Personal));

    /// <summary>Tokens, passwords, codes, keys, QR texts: erased.</summary>
    public static DataClassification Secret { get; } = new(Taxonomy, nameof(Secret));
}

[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class PersonalAttribute() : DataClassificationAttribute(DataClasses.Personal);

[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
internal sealed class SecretAttribute() : DataClassificationAttribute(DataClasses.Secret);
