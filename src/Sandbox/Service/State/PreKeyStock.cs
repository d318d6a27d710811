using System.Globalization;

namespace Sandbox.Service.State;

/// <summary>One-time keys: each is handed out once, and never again after a restart.</summary>
internal sealed class PreKeyStock(WorldStore store)
{
    private const string Kind = "prekey";

    public void Load(DeviceKey owner, Device device)
    {
        foreach (var (key, value) in store.All(Kind, $"{owner}/"))
        {
            device.PreKeys[uint.Parse(key[(key.LastIndexOf('/') + 1)..], CultureInfo.InvariantCulture)] = value;
        }
    }

    public void Add(DeviceKey owner, Device device, uint id, byte[] publicKey)
    {
        device.PreKeys[id] = publicKey;
        store.Put(Kind, Key(owner, id), publicKey);
    }

    public (uint Id, byte[] Public)? Take(DeviceKey owner, Device device)
    {
        if (device.PreKeys.Count == 0)
        {
            return null;
        }

        var (id, key) = device.PreKeys.First();
        device.PreKeys.Remove(id);
        store.Delete(Kind, Key(owner, id));
        return (id, key);
    }

    public void Clear(DeviceKey owner, Device device)
    {
        device.PreKeys.Clear();
        store.DeleteAll(Kind, $"{owner}/");
    }

    private static string Key(DeviceKey owner, uint id) => string.Create(CultureInfo.InvariantCulture, $"{owner}/{id:D10}");
}
