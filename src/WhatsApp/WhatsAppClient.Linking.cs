using Microsoft.Extensions.Logging;
using WhatsApp.Binary;
using WhatsApp.Connection;
using WhatsApp.Pairing;

namespace WhatsApp;

/// <summary>What a host may do about the link to the account, in every state.</summary>
public sealed partial class WhatsAppClient
{
    /// <inheritdoc />
    public async Task PairAsync(LinkingMethod method, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(method);
        if (await IsLinkedAsync(cancellationToken).ConfigureAwait(false) || !_linking.Choose(method))
        {
            return;
        }

        _services.Status.Change(status => status with { LinkingRefusal = null });
        if (_linking.Session is { } session)
        {
            await session.TellAsync(new LinkingInput.MethodChosen(), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public async Task<LinkingAnswer> AnswerPasskeyAsync(string answer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(answer);
        if (_linking.Session is not { Challenge: { } challenge } session)
        {
            return LinkingAnswer.NotAsked;
        }

        var (outcome, assertion) = PasskeyAssertion.Read(answer, challenge);
        if (assertion is not null)
        {
            await session.TellAsync(new LinkingInput.PasskeySigned(assertion), cancellationToken).ConfigureAwait(false);
        }

        return outcome;
    }

    /// <inheritdoc />
    public async Task<LinkingAnswer> ConfirmCodeAsync(bool same, CancellationToken cancellationToken)
    {
        if (Status.Linking is not ConfirmCode || _linking.Session is not { } session)
        {
            return LinkingAnswer.NotAsked;
        }

        await session.TellAsync(new LinkingInput.Compared(same), cancellationToken).ConfigureAwait(false);
        return LinkingAnswer.Taken;
    }

    /// <inheritdoc />
    public async Task CancelPairingAsync(CancellationToken cancellationToken)
    {
        _linking.Choose(LinkingMethod.Qr);
        if (await IsLinkedAsync(cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        if (_linking.Session is { } session)
        {
            session.TryCancel(); // or the phone's answer came first, and the device is linked
        }
        else
        {
            _supervisor.Interrupt(new SessionFault(SessionFaultReason.PairingCancelled)); // dialling, or waiting to
        }
    }

    /// <inheritdoc />
    public async Task LogOutAsync(CancellationToken cancellationToken)
    {
        var device = await _services.Database.RunAsync("device-read", store => store.Device.Current, cancellationToken).ConfigureAwait(false);
        if (device?.OwnPhone is not { } own)
        {
            return; // nothing is linked
        }

        if (_slot.Current is not null)
        {
            try
            {
                var remove = new Node("iq", new() { ["to"] = Jid.Service, ["type"] = "set", ["xmlns"] = "md" },
                    new Node("remove-companion-device", new() { ["jid"] = own, ["reason"] = "user_initiated" }));
                await _slot.RequestAsync(remove, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception fault) when (fault is NotConnectedException or IqErrorException or TimeoutException)
            {
                Log.NotRemoved(_logger, fault); // the service may close before it answers
            }
        }

        // Only this very link: another call, or the service, may have ended it in the meantime, and a new one begun.
        var removed = await _services.Database.RunAsync(
            "quarantine", store => store.Device.QuarantineLinked(device.Row, "logged out by the host", _services.Options.Time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        if (removed)
        {
            var fault = new SessionFault(SessionFaultReason.LoggedOut);
            _supervisor.Interrupt(fault);
            _services.Status.Change(status => status with { LastFault = fault, OwnPhone = null, OwnLid = null, Linking = null });
        }
    }

    private Task<bool> IsLinkedAsync(CancellationToken cancellationToken) =>
        _services.Database.RunAsync("device-read", store => store.Device.Current is { IsPaired: true }, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Warning, "The service did not confirm that the link was removed; the phone may still list it")]
        public static partial void NotRemoved(ILogger logger, Exception fault);
    }
}
