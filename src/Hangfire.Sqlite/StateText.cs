using Hangfire.Common;

namespace Hangfire.Sqlite;

/// <summary>State data and queue lists as text.</summary>
internal static class StateText
{
    public static string Write(IDictionary<string, string> data) => SerializationHelper.Serialize(data);

    /// <summary>Names are found in any letter case; of two that differ in case only, the later counts.</summary>
    public static Dictionary<string, string> Read(string? text)
    {
        var data = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (text is not null)
        {
            foreach (var (name, value) in SerializationHelper.Deserialize<Dictionary<string, string>>(text))
            {
                data[name] = value;
            }
        }

        return data;
    }
}
