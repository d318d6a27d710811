using Sandbox.Service.State;

namespace Sandbox.Service.Links;

/// <summary>Unlinks a companion for good.</summary>
internal sealed class DeviceRemoval(ServiceCore core)
{
    /// <summary>The phone's signature over the key indexes that remain.</summary>
    public Action<Account>? SignKeyIndexes { get; set; }

    public void Remove(Account account, ushort deviceId)
    {
        if (deviceId == 0 || account.DeviceOf(deviceId) is not { } device)
        {
            return;
        }

        var key = new DeviceKey(account.Id, deviceId);
        core.Accounts.PreKeys.Clear(key, device);
        core.QueueOf(key).Clear();
        account.Devices.Remove(device);
        SignKeyIndexes?.Invoke(account);
        core.Accounts.Save(account);
        core.Timeline.Add(WorldEventKinds.DeviceRemoved, account.Id, $"device {deviceId}");
        core.Notices.DevicesChanged(account, "remove", deviceId, device.KeyIndex);
        core.Links.GetValueOrDefault(key)?.Close(LastWords.StreamError("401", "device_removed"));
    }
}
