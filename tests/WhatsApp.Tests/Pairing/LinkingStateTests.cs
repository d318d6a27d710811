using System.Text;
using WhatsApp.Binary;
using WhatsApp.Tests.Connection;

namespace WhatsApp.Tests.Pairing;

/// <summary>Pair, cancel and log out, each from every state and twice: nothing throws, and what it leaves is what the table says.</summary>
public class LinkingStateTests
{
    private static readonly LinkingMethod ByCode = LinkingMethod.ByCode("628000000001");

    public enum State
    {
        Stopped,
        Dialling,
        QrShown,
        CodeShown,
        PasskeyRequired,
        WaitingUnlinked,
        HaltedUnlinked,
        LoggingIn,
        LoggedIn,
        WaitingLinked,
        HaltedLinked,
    }

    public enum Call
    {
        PairByQr,
        PairByCode,
        Cancel,
        LogOut,
        AnswerPasskey,
        ConfirmCode,
    }

    public static IEnumerable<TheoryDataRow<State, Call>> Table =>
        Enum.GetValues<State>().SelectMany(state => Enum.GetValues<Call>().Select(call => new TheoryDataRow<State, Call>(state, call)));

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Every_call_is_allowed_in_every_state_and_the_second_does_nothing(State state, Call call)
    {
        await using var bed = new SessionBed();
        var connection = await ReachAsync(bed, state);

        var first = await CallAsync(bed, connection, call);
        await SettleAsync(bed, state, call);
        var between = bed.Client.Status;
        var second = await CallAsync(bed, connection, call);

        Assert.Equal(LinkingAnswer.NotAsked, second);
        Assert.Equal(LinkingAnswer.NotAsked, first); // nothing here was asked for a real answer: "" is none
        Assert.Equal((between.Phase, between.Linking?.GetType(), between.OwnPhone), (bed.Client.Status.Phase, bed.Client.Status.Linking?.GetType(), bed.Client.Status.OwnPhone));
        var linked = await bed.Database.RunAsync("test", store => store.Device.Current is { IsPaired: true });
        Assert.Equal(IsLinked(state) && call != Call.LogOut, linked);
        if (connection is not null)
        {
            await connection.DisposeAsync();
        }
    }

    private static bool IsLinked(State state) => state is State.LoggingIn or State.LoggedIn or State.WaitingLinked or State.HaltedLinked;

    private static bool Ends(State state, Call call) => call switch
    {
        Call.Cancel => state is State.Dialling or State.QrShown or State.CodeShown or State.PasskeyRequired or State.WaitingUnlinked,
        Call.LogOut => state is State.LoggingIn or State.LoggedIn or State.WaitingLinked,
        _ => false,
    };

    /// <summary>Waits for what the call brings about by itself.</summary>
    private static async Task SettleAsync(SessionBed bed, State state, Call call)
    {
        if (Ends(state, call))
        {
            await bed.RunEnded;
            var reason = call == Call.Cancel ? SessionFaultReason.PairingCancelled : SessionFaultReason.LoggedOut;
            Assert.Equal((SessionPhase.Halted, reason), (bed.Client.Status.Phase, bed.Client.Status.LastFault!.Reason));
        }
        else if (call == Call.PairByQr && state == State.CodeShown)
        {
            await bed.UntilAsync(status => status.Linking is QrShown);
        }
        else if (call == Call.PairByQr && state == State.PasskeyRequired)
        {
            Assert.IsType<PasskeyRequired>(bed.Client.Status.Linking); // it began with a QR code: this very attempt is under way
        }
    }

    private static async Task<LinkingAnswer> CallAsync(SessionBed bed, ScriptedConnection? connection, Call call)
    {
        switch (call)
        {
            case Call.PairByQr:
                await bed.Client.PairAsync(LinkingMethod.Qr, CancellationToken.None);
                break;
            case Call.PairByCode:
                var asks = bed.Client.Status is { Phase: SessionPhase.WaitingForScan, Linking: not CodeShown };
                await bed.Client.PairAsync(ByCode, CancellationToken.None);
                if (asks && connection is not null)
                {
                    await AnswerHelloAsync(bed, connection);
                }

                break;
            case Call.Cancel:
                await bed.Client.CancelPairingAsync(CancellationToken.None);
                break;
            case Call.LogOut when bed.Client.Status.Phase == SessionPhase.LoggedIn:
                var logOut = bed.Client.LogOutAsync(CancellationToken.None);
                await connection!.ReplyAsync(await connection.ExpectIqAsync("md"));
                await logOut;
                break;
            case Call.LogOut:
                await bed.Client.LogOutAsync(CancellationToken.None);
                break;
            case Call.AnswerPasskey when bed.Client.Status.Linking is not PasskeyRequired:
                return await bed.Client.AnswerPasskeyAsync("{}", CancellationToken.None);
            case Call.AnswerPasskey:
                Assert.Equal(LinkingAnswer.Malformed, await bed.Client.AnswerPasskeyAsync("{}", CancellationToken.None));
                break;
            default:
                return await bed.Client.ConfirmCodeAsync(true, CancellationToken.None);
        }

        return LinkingAnswer.NotAsked;
    }

    private static async Task<ScriptedConnection?> ReachAsync(SessionBed bed, State state)
    {
        switch (state)
        {
            case State.Stopped:
                await bed.OpenAsync();
                return null;
            case State.WaitingUnlinked:
                bed.Service.Unreachable = int.MaxValue;
                await bed.OpenAsync();
                _ = bed.Run();
                await bed.UntilAsync(SessionPhase.WaitingToReconnect);
                return null;
            case State.WaitingLinked:
                bed.Service.Unreachable = int.MaxValue;
                await bed.StartPairedAsync();
                await bed.UntilAsync(SessionPhase.WaitingToReconnect);
                return null;
            case State.LoggingIn:
                await bed.StartPairedAsync();
                return await bed.Service.AcceptAsync();
            case State.LoggedIn:
                await bed.StartPairedAsync();
                return await bed.LoggedInAsync();
            case State.HaltedLinked:
                await bed.StartPairedAsync();
                var replaced = await bed.LoggedInAsync();
                await replaced.SendAsync(new Node("stream:error", null, new Node("conflict", new() { ["type"] = "replaced" })));
                await bed.RunEnded;
                return replaced;
            default:
                await bed.OpenAsync();
                _ = bed.Run();
                return await ReachLinkingAsync(bed, state);
        }
    }

    private static async Task<ScriptedConnection> ReachLinkingAsync(SessionBed bed, State state)
    {
        var connection = await bed.Service.AcceptAsync();
        if (state == State.Dialling)
        {
            return connection;
        }

        await connection.SendAsync(new Node("iq", new() { ["type"] = "set", ["from"] = Jid.Service, ["id"] = "pair1", ["xmlns"] = "md" },
            new Node("pair-device", null, new Node("ref", null, "ref1"u8.ToArray()))));
        await connection.ExpectAsync(node => node["id"] == "pair1");
        await bed.UntilAsync(status => status.Linking is QrShown);
        switch (state)
        {
            case State.CodeShown:
                await bed.Client.PairAsync(ByCode, CancellationToken.None);
                await AnswerHelloAsync(bed, connection);
                break;
            case State.PasskeyRequired:
                await connection.SendAsync(new Node("notification", new() { ["type"] = "passkey_prologue_request", ["from"] = Jid.Service, ["id"] = "n1" },
                    new Node("passkey_request_options", null, Encoding.UTF8.GetBytes("{\"challenge\":\"AAAA\",\"rpId\":\"whatsapp.com\"}"))));
                await bed.UntilAsync(status => status.Linking is PasskeyRequired);
                break;
            case State.HaltedUnlinked:
                await connection.SendAsync(new Node("failure", new() { ["reason"] = 411 }));
                await bed.RunEnded;
                break;
        }

        return connection;
    }

    private static async Task AnswerHelloAsync(SessionBed bed, ScriptedConnection connection)
    {
        var hello = await connection.ExpectAsync(node => node.Child("link_code_companion_reg")?["stage"] == "companion_hello");
        await connection.ReplyAsync(hello, new Node("link_code_companion_reg", null, new Node("link_code_pairing_ref", null, "REF"u8.ToArray())));
        await bed.UntilAsync(status => status.Linking is CodeShown);
    }
}
