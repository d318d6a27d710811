using WhatsApp.Messages;

namespace WhatsApp.Tests.Messages;

public class DeviceListHashTests
{
    [Theory]
    [InlineData("2:5s+YxCff", "5511999999999:3@s.whatsapp.net")]
    [InlineData("2:RJWVxcMQ", "5511999999999@s.whatsapp.net")]
    [InlineData("2:AAv/hwhn", "5511988887777:14@s.whatsapp.net", "7469250125917:21@s.whatsapp.net")]
    [InlineData("2:AAv/hwhn", "7469250125917:21@s.whatsapp.net", "5511988887777:14@s.whatsapp.net")]
    [InlineData("2:47DEQpj8")]
    public void The_hash_of_a_device_list_is_the_known_one(string expected, params string[] devices) =>
        Assert.Equal(expected, DeviceListHash.Compute(devices.Select(Jid.Parse)));
}
