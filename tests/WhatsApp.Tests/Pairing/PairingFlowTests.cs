using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using WhatsApp.Binary;
using WhatsApp.Crypto;
using WhatsApp.Pairing;
using WhatsApp.Proto;
using WhatsApp.Store;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Pairing;

public class PairingFlowTests
{
    private static readonly SystemRandomSource Chance = new();

    [Fact]
    public async Task Scanning_the_code_pairs_restarts_and_logs_in()
    {
        await using var bed = new SessionBed();
        await bed.OpenAsync();
        _ = bed.Run();
        var phone = new Phone();
        await using (var first = await bed.Service.AcceptAsync())
        {
            var code = await OfferAsync(bed, first, "ref1", "ref2");
            Assert.StartsWith("https://wa.me/settings/linked_devices#ref1,", code, StringComparison.Ordinal);
            Assert.DoesNotContain("ref1", bed.Client.Status.ToString(), StringComparison.Ordinal);

            await first.SendAsync(phone.Scan(code));
            var reply = await first.ExpectAsync(node => node["id"] == "pair2");

            var identity = reply.Child("pair-device-sign")!.Child("device-identity")!;
            Assert.Equal("result", reply["type"]);
            Assert.Equal("5", identity["key-index"]);
            var signed = ADVSignedDeviceIdentity.Parser.ParseFrom(identity.Bytes!.Value.Span);
            Assert.False(signed.HasAccountSignatureKey);
            byte[] content = [6, 1, .. signed.Details.Span, .. Phone.IdentityIn(code), .. phone.Account.Public];
            Assert.True(XEdDsa.Verify(Phone.IdentityIn(code), content, signed.DeviceSignature.Span));
            await first.SendAsync(new Node("stream:error", new() { ["code"] = 515 }));
        }

        await using var second = await bed.Service.AcceptAsync(); // at once: the clock has not moved
        Assert.Equal(628000000001UL, second.Payload.Username);
        var upload = await second.LogInAsync(preKeysLeft: 0, SessionBed.OwnLid);
        var status = await bed.UntilAsync(SessionPhase.LoggedIn);

        Assert.Equal(812, upload!.Child("list")!.Children.Count);
        Assert.Equal((SessionBed.OwnPhone.Bare, SessionBed.OwnLid.Bare, 0), (status.OwnPhone!.Value, status.OwnLid!.Value, status.FailuresInARow));
        var (trusted, lid, migrated) = await bed.Database.RunAsync("test", store =>
            (store.Identities.Load(store.Lids.PeerOf(SessionBed.OwnLid).Device(0)), store.Lids.LidOf(SessionBed.OwnPhone), store.Device.Required.LidMigrated));
        Assert.Equal(phone.Account.Public, trusted!);
        Assert.Equal(SessionBed.OwnLid.Bare, lid);
        Assert.True(migrated);
    }

    [Fact]
    public async Task The_registration_carries_our_keys_and_a_signed_prekey_that_verifies()
    {
        await using var bed = new SessionBed();
        await bed.OpenAsync();
        _ = bed.Run();
        await using var connection = await bed.Service.AcceptAsync();

        var registration = connection.Payload.DevicePairingData;
        var device = await bed.Database.RunAsync("test", store => store.Device.Required);
        Assert.False(connection.Payload.HasUsername || connection.Payload.Passive || connection.Payload.Pull);
        Assert.Equal(device.Own.RegistrationId, BinaryPrimitives.ReadUInt32BigEndian(registration.ERegid.Span));
        Assert.Equal(device.Own.Identity.Public, registration.EIdent.ToByteArray());
        Assert.Equal([0, 0, 1], registration.ESkeyId.ToByteArray());
        byte[] signed = [5, .. registration.ESkeyVal.Span];
        Assert.True(XEdDsa.Verify(registration.EIdent.Span, signed, registration.ESkeySig.Span));
        Assert.Equal(16, registration.BuildHash.Length);
        Assert.Equal("WaBot", DeviceProps.Parser.ParseFrom(registration.DeviceProps).Os);
        Assert.True(connection.Payload.UserAgent.HasReleaseChannel && connection.Payload.WebInfo.HasWebSubPlatform); // zeros are written
    }

    [Theory]
    [InlineData(Forgery.Hmac, "401", "hmac-mismatch")]
    [InlineData(Forgery.Signature, "401", "signature-mismatch")]
    [InlineData(Forgery.OtherDevice, "401", "signature-mismatch")]
    [InlineData(Forgery.Garbage, "500", "internal-error")]
    public async Task A_forged_answer_is_refused_and_nothing_is_kept(Forgery forgery, string error, string text)
    {
        await using var bed = new SessionBed();
        await bed.OpenAsync();
        _ = bed.Run();
        await using var connection = await bed.Service.AcceptAsync();
        var code = await OfferAsync(bed, connection, "ref1");

        await connection.SendAsync(new Phone().Scan(code, forgery));
        var reply = await connection.ExpectAsync(node => node["id"] == "pair2");

        Assert.Equal("error", reply["type"]);
        Assert.Equal(error, reply.Child("error")!["code"]);
        Assert.Equal(text, reply.Child("error")!["text"]);
        var status = await bed.UntilAsync(SessionPhase.WaitingToReconnect);
        Assert.Equal(SessionFaultReason.PairingRejected, status.LastFault!.Reason);
        Assert.False(await bed.Database.RunAsync("test", store => store.Device.Required.IsPaired));
    }

    [Fact]
    public async Task A_crash_between_keeping_the_account_and_replying_loses_nothing()
    {
        await using var bed = new SessionBed { Probe = name => { if (name == "whatsapp.paired.after") { throw new IOException("killed"); } } };
        await bed.OpenAsync();
        _ = bed.Run();
        await using (var first = await bed.Service.AcceptAsync())
        {
            await first.SendAsync(new Phone().Scan(await OfferAsync(bed, first, "ref1")));
            await first.ExpectEndAsync();
            Assert.DoesNotContain(first.PassedOver, node => node["id"] == "pair2"); // no reply before the commit was through
        }

        await bed.CloseAsync();
        bed.Probe = null;
        await bed.OpenAsync();
        _ = bed.Run();
        await using var second = await bed.Service.AcceptAsync();

        Assert.Equal(628000000001UL, second.Payload.Username);
    }

    [Fact]
    public async Task Codes_change_after_60_and_20_seconds_and_new_ones_are_fetched_when_they_run_out()
    {
        await using var bed = new SessionBed();
        await bed.OpenAsync();
        _ = bed.Run();
        await using var first = await bed.Service.AcceptAsync();
        await OfferAsync(bed, first, "ref1", "ref2");
        Assert.Equal(bed.Clock.GetUtcNow().AddSeconds(60), bed.Client.Status.QrExpires);

        await bed.Clock.PassAsync(TimeSpan.FromSeconds(60));
        await bed.UntilAsync(status => status.PairingQr?.Contains("#ref2,", StringComparison.Ordinal) == true);
        Assert.Equal(bed.Clock.GetUtcNow().AddSeconds(20), bed.Client.Status.QrExpires);
        await bed.Clock.PassAsync(TimeSpan.FromSeconds(20));

        await using var second = await bed.Service.AcceptAsync();
        Assert.Contains("#ref3,", await OfferAsync(bed, second, "ref3"), StringComparison.Ordinal);
        Assert.Equal(0, bed.Client.Status.FailuresInARow);
    }

    [Fact]
    public async Task New_codes_on_the_same_connection_take_the_place_of_the_old_ones_and_can_be_scanned()
    {
        await using var bed = new SessionBed();
        await bed.OpenAsync();
        _ = bed.Run();
        await using var connection = await bed.Service.AcceptAsync();
        await OfferAsync(bed, connection, "ref1", "ref2");

        var code = await OfferAsync(bed, connection, "ref3", "ref4");
        Assert.Equal(SessionPhase.WaitingForScan, bed.Client.Status.Phase);
        await connection.SendAsync(new Phone().Scan(code));

        Assert.Equal("result", (await connection.ExpectAsync(node => node["id"] == "pair2"))["type"]);
        Assert.Null((await bed.UntilAsync(status => status.PairingQr is null)).PairingQr);
        Assert.True(await bed.Database.RunAsync("test", store => store.Device.Required.IsPaired));
    }

    private static async Task<string> OfferAsync(SessionBed bed, ScriptedConnection connection, params string[] references)
    {
        var offer = new Node("pair-device", null, [.. references.Select(text => new Node("ref", null, Encoding.UTF8.GetBytes(text)))]);
        await connection.SendAsync(new Node("iq", new() { ["type"] = "set", ["from"] = Jid.Service, ["id"] = "pair1", ["xmlns"] = "md" }, offer));
        var answer = await connection.ExpectAsync(node => node["id"] == "pair1");
        Assert.Equal("result", answer["type"]);
        return (await bed.UntilAsync(status => status.PairingQr?.Contains($"#{references[0]},", StringComparison.Ordinal) == true)).PairingQr!;
    }

    public enum Forgery
    {
        None,
        Hmac,
        Signature,
        OtherDevice,
        Garbage,
    }

    /// <summary>The account's phone, which scans.</summary>
    private sealed class Phone
    {
        public KeyPair Account { get; } = KeyPair.Generate(Chance);

        public static byte[] IdentityIn(string code) => Convert.FromBase64String(code.Split('#')[1].Split(',')[2]);

        public Node Scan(string code, Forgery forgery = Forgery.None)
        {
            var secret = Convert.FromBase64String(code.Split(',')[3]);
            var identity = forgery == Forgery.OtherDevice ? KeyPair.Generate(Chance).Public : IdentityIn(code);
            var details = new ADVDeviceIdentity { RawId = 1, Timestamp = 1_793_534_400, KeyIndex = 5, AccountType = ADVEncryptionType.E2Ee, DeviceType = ADVEncryptionType.E2Ee }.ToByteString();
            byte[] content = [6, 0, .. details.Span, .. identity];
            var signer = forgery == Forgery.Signature ? KeyPair.Generate(Chance) : Account;
            var signed = new ADVSignedDeviceIdentity
            {
                Details = details,
                AccountSignatureKey = ByteString.CopyFrom(Account.Public),
                AccountSignature = ByteString.CopyFrom(XEdDsa.Sign(signer.Private, content, Chance)),
            }.ToByteString();
            var key = forgery == Forgery.Hmac ? new byte[32] : secret;
            var linked = new ADVSignedDeviceIdentityHMAC { Details = signed, Hmac = ByteString.CopyFrom(HMACSHA256.HashData(key, signed.Span)) }.ToByteArray();
            return new Node("iq", new() { ["type"] = "set", ["from"] = Jid.Service, ["id"] = "pair2" },
                new Node("pair-success", null,
                    new Node("device-identity", null, forgery == Forgery.Garbage ? [0xFF, 0xFF] : linked),
                    new Node("device", new() { ["jid"] = SessionBed.OwnPhone, ["lid"] = SessionBed.OwnLid }),
                    new Node("platform", new() { ["name"] = "android" }),
                    new Node("client-props", null, new ClientPairingProps { IsChatDbLidMigrated = true }.ToByteArray())));
        }
    }
}
