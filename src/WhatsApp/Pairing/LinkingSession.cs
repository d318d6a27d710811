using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Store;

namespace WhatsApp.Pairing;

/// <summary>
/// Linking over one connection: one task that takes what the service and the host say, one after the other, and shows the step
/// that a person has to take next. It begins with the first offer of QR codes, because the service ignores earlier requests.
/// </summary>
internal sealed partial class LinkingSession(SessionServices services, LinkingDesk desk, LiveConnection connection, DeviceRow device, ILogger<LinkingSession> logger)
{
    private const int MostInputs = 32;

    private readonly Channel<LinkingInput> _inputs = Channel.CreateBounded<LinkingInput>(new BoundedChannelOptions(MostInputs) { SingleReader = true });
    private readonly Lock _gate = new();
    private QrSeries? _qr;
    private CodeLink? _code;
    private LinkingMethod _way = LinkingMethod.Qr;
    private PasskeyLink? _passkey;
    private DateTimeOffset? _deadline;
    private LinkingRefusal _afterDeadline;
    private bool _closed;

    /// <summary>This device, with the secret that the phone's answer is to be checked with now.</summary>
    public DeviceRow Device { get; private set; } = device;

    /// <summary>The challenge that waits for its answer; null when none does.</summary>
    public byte[]? Challenge { get; private set; }

    private DateTimeOffset Now => services.Options.Time.GetUtcNow();

    /// <summary>Hands something in. Done when it stands in the queue.</summary>
    public ValueTask TellAsync(LinkingInput input, CancellationToken cancellationToken) => _inputs.Writer.WriteAsync(input, cancellationToken);

    /// <summary>The first of acceptance and cancellation counts: what comes after it is told so.</summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            return !_closed && (_closed = true);
        }
    }

    /// <summary>The host calls linking off; false when the phone's answer came first.</summary>
    public bool TryCancel()
    {
        if (!TryClose())
        {
            return false;
        }

        connection.End(new SessionFault(SessionFaultReason.PairingCancelled));
        return true;
    }

    /// <summary>Ends with the connection.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var input = await NextAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                await TakeAsync(input, cancellationToken).ConfigureAwait(false);
            }
            catch (IqErrorException fault)
            {
                Refuse(_passkey is { IsAnswered: true } ? LinkingRefusal.PasskeyRefused : OfCode(fault.Code), fault.Code);
            }
            catch (TimeoutException)
            {
                Refuse(LinkingRefusal.NoAnswer);
            }
            catch (Exception fault) when (fault is MalformedNodeException or CryptographicException)
            {
                Log.Broken(logger, fault.GetType().Name, fault.Message);
                Refuse(LinkingRefusal.ForgedAnswer);
            }
        }
    }

    /// <summary>Ends the attempt and says why; the next connection shows QR codes again.</summary>
    public void Refuse(LinkingRefusal reason, int? code = null)
    {
        if (!TryClose())
        {
            return; // the phone's answer, the service's farewell or the host came first
        }

        Tell(reason, code);
        connection.End(new SessionFault(SessionFaultReason.PairingRefused, code));
    }

    /// <summary>The phone's answer could not be accepted.</summary>
    public void TellForged() => Tell(LinkingRefusal.ForgedAnswer, null);

    /// <summary>The account is kept: the way that led there has done its work.</summary>
    public void Succeed() => desk.Choose(LinkingMethod.Qr);

    /// <summary>The service says goodbye: some of its reasons are refusals of the link.</summary>
    public void NoteFarewell(SessionFault fault)
    {
        LinkingRefusal? reason = fault.Reason switch
        {
            SessionFaultReason.AccountLocked or SessionFaultReason.TemporarilyBanned => LinkingRefusal.AccountRestricted,
            SessionFaultReason.RateLimited => LinkingRefusal.TooManyTries,
            SessionFaultReason.LoginRefused or SessionFaultReason.LoggedOut => LinkingRefusal.ServiceRefused,
            _ => null,
        };
        if (reason is { } word && TryClose()) // what has its reason already keeps it
        {
            Tell(word, fault.Code);
        }
    }

    /// <summary>What a refusal of a request means. Source: facts 6.1.</summary>
    public static LinkingRefusal OfCode(int code) => code switch
    {
        400 => LinkingRefusal.NumberRefused,
        402 or 403 => LinkingRefusal.AccountRestricted,
        429 => LinkingRefusal.TooManyTries,
        _ => LinkingRefusal.ServiceRefused,
    };

    /// <summary>The next input, or null at the deadline.</summary>
    private async Task<LinkingInput?> NextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested(); // what comes after the end is nobody's
            if (_inputs.Reader.TryRead(out var input))
            {
                return input;
            }

            var wait = _deadline is { } until ? until - Now : Timeout.InfiniteTimeSpan;
            if (_deadline is not null && wait <= TimeSpan.Zero)
            {
                return null;
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var arrival = _inputs.Reader.WaitToReadAsync(stop.Token).AsTask();
            var pause = Task.Delay(wait, services.Options.Time, stop.Token);
            await Task.WhenAny(arrival, pause).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private Task TakeAsync(LinkingInput? input, CancellationToken cancellationToken)
    {
        switch (input)
        {
            case null when _code is null && _passkey is null:
                ShowQr();
                return Task.CompletedTask;
            case null:
                Refuse(_code is { Tries: > 0 } && _passkey is null ? LinkingRefusal.NotCompleted : _afterDeadline);
                return Task.CompletedTask;
            case LinkingInput.Offered offered:
                _qr = new QrSeries(offered.References, Now);
                return _code is null && _passkey is null ? BeginAsync(cancellationToken) : Task.CompletedTask;
            case LinkingInput.MethodChosen when _qr is null:
                return Task.CompletedTask; // the first offer begins with it
            case LinkingInput.MethodChosen:
                (_passkey, Challenge) = (null, null);
                return BeginAsync(cancellationToken);
            case LinkingInput.CodeStage stage:
                return CodeStageAsync(stage.Registration, cancellationToken);
            case LinkingInput.PasskeyWanted wanted:
                return AskForPasskeyAsync(wanted.Options, cancellationToken);
            case LinkingInput.PasskeySigned signed when Challenge is not null:
                return SendPasskeyAsync(signed.Assertion, cancellationToken);
            case LinkingInput.Continued continued when _passkey is { IsAnswered: true, HasKey: false }:
                return ContinueAsync(_passkey, continued.Notification, cancellationToken);
            case LinkingInput.Compared compared when _passkey is { HasKey: true } passkey:
                return compared.Same ? RequestPairingAsync(passkey, cancellationToken) : RefusedAsync(LinkingRefusal.CodesDiffer);
            default:
                Log.Unasked(logger, input.GetType().Name);
                return Task.CompletedTask;
        }
    }

    private async Task BeginAsync(CancellationToken cancellationToken)
    {
        (_code, _way) = (null, desk.Method);
        if (_way.PhoneNumber is not { } number)
        {
            ShowQr();
            return;
        }

        if (!desk.TryTakeCode())
        {
            Refuse(LinkingRefusal.CodeExpired);
            return;
        }

        Show(null); // not the QR code of before
        var code = new CodeLink(number, services.Options.Random, Now);
        code.TakeReference(await connection.RequestAsync(code.Hello(Device), cancellationToken).ConfigureAwait(false));
        _code = code;
        Wait(code.Expires, LinkingRefusal.CodeExpired);
        Show(new CodeShown(LinkingCodes.Shown(code.Code), code.Expires));
    }

    private void ShowQr()
    {
        if (_qr?.At(Now, Device) is not { } shown)
        {
            connection.End(new SessionFault(SessionFaultReason.PairingExpired)); // the next connection brings new ones
            return;
        }

        Wait(shown.Expires, default);
        Show(shown);
    }

    private async Task KeepSecretAsync(byte[] secret, CancellationToken cancellationToken)
    {
        await services.Database.RunAsync("adv-secret", store => store.Device.SaveAdvSecret(secret), cancellationToken).ConfigureAwait(false);
        Device = Device with { AdvSecret = secret }; // before the phone can have it
    }

    /// <summary>For the host; the way that led here is not tried again by itself.</summary>
    private void Tell(LinkingRefusal reason, int? code)
    {
        var refused = new LinkingRefused(reason, code, Now);
        Log.Refused(logger, refused);
        desk.GiveUp(_way);
        services.Status.Change(status => status with { LinkingRefusal = refused });
    }

    private void WaitForPhone(LinkingRefusal otherwise)
    {
        var until = Now + PasskeyLink.PhonePatience;
        Wait(until, otherwise);
        Show(new WaitingForPhone(until));
    }

    private void Wait(DateTimeOffset until, LinkingRefusal otherwise) => (_deadline, _afterDeadline) = (until, otherwise);

    private void Show(LinkingStep? step)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                services.Status.Change(status => status with { Phase = SessionPhase.WaitingForScan, Linking = step });
            }
        }
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private static partial class Log
    {
        [LoggerMessage(1255, LogLevel.Warning, "Linking came to nothing: {Refused}")]
        public static partial void Refused(ILogger logger, LinkingRefused refused);

        [LoggerMessage(1256, LogLevel.Warning, "The answer of the phone or the service could not be used: {Kind}: {Fault}")]
        public static partial void Broken(ILogger logger, string kind, string fault);

        [LoggerMessage(1257, LogLevel.Information, "{What} came, but nothing here waits for it")]
        public static partial void Unasked(ILogger logger, string what);

        [LoggerMessage(1258, LogLevel.Warning, "The account is linked only with its passkey: somebody has to sign")]
        public static partial void PasskeyWanted(ILogger logger);
    }
}
