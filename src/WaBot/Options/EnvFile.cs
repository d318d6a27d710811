namespace WaBot.Options;

/// <summary>An environment file: <c>NAME=value</c> lines, comments with #. Holds secrets, so it is read only if nobody else can.</summary>
internal static class EnvFile
{
    /// <summary>The variables of the file; none when there is no file.</summary>
    /// <exception cref="ConfigurationFaultException">Others may read it, or a line is not <c>NAME=value</c>.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) is var mode && (mode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
        {
            throw new ConfigurationFaultException([$"{Path.GetFileName(path)} holds secrets but others may read it (rights {System.Convert.ToString((int)mode, 8)}): run chmod 600 {Path.GetFileName(path)}."]);
        }
        var faults = new List<string>();
        var variables = new List<KeyValuePair<string, string>>();
        foreach (var (line, number) in File.ReadLines(path).Select((text, index) => (text.Trim(), index + 1)))
        {
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                faults.Add($"{Path.GetFileName(path)}, line {number}, is not of the form NAME=value."); // the line itself may be a secret
                continue;
            }
            var name = line[..equals].Trim();
            variables.Add(new(name.StartsWith("export ", StringComparison.Ordinal) ? name[7..].Trim() : name, Unquoted(line[(equals + 1)..].Trim())));
        }
        return faults.Count == 0 ? variables : throw new ConfigurationFaultException(faults);
    }

    private static string Unquoted(string value) =>
        value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value;
}
