using System.Text.Json;

namespace Sandbox.Service.State;

/// <summary>Objects as values of the store.</summary>
internal static class WorldStoreJson
{
    public static void PutJson<T>(this WorldStore store, string kind, string key, T value) =>
        store.Put(kind, key, JsonSerializer.SerializeToUtf8Bytes(value));

    public static T? GetJson<T>(this WorldStore store, string kind, string key)
        where T : class => store.Get(kind, key) is { } bytes ? JsonSerializer.Deserialize<T>(bytes) : null;

    public static IEnumerable<T> AllJson<T>(this WorldStore store, string kind, string prefix = "") =>
        store.All(kind, prefix).Select(entry => JsonSerializer.Deserialize<T>(entry.Value)!);
}
