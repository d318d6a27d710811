using Hangfire.Common;

namespace Hangfire.Sqlite;

/// <summary>State data and queue lists as text.</summary>
internal static class StateText
{
    public static string Write(IDictionary<string, string> data) => SerializationHelper.Serialize(data);

    public static Dictionary<string, string> Read(string? text) => text is null
        ? []
        : new Dictionary<string, string>(SerializationHelper.Deserialize<Dictionary<string, string>>(text), StringComparer.OrdinalIgnoreCase);
}
