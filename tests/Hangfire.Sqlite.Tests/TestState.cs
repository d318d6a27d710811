using Hangfire.States;

namespace Hangfire.Sqlite.Tests;

/// <summary>Any state with any data, so that a test says exactly what is stored.</summary>
internal sealed record TestState(string Name, string? Reason, params (string Name, string Value)[] Data) : IState
{
    public bool IsFinal => Name is "Succeeded" or "Deleted";

    public bool IgnoreJobLoadException => false;

    public Dictionary<string, string> SerializeData() => Data.ToDictionary(pair => pair.Name, pair => pair.Value);
}
