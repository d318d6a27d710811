using WhatsApp.Binary;

namespace WhatsApp.Pairing;

/// <summary>Behind the passkey gate. Source: facts 7.</summary>
internal sealed partial class LinkingSession
{
    private async Task AskForPasskeyAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (PasskeyOptions.Read(bytes) is not { } options)
        {
            Refuse(LinkingRefusal.PasskeyUnavailable);
            return;
        }

        // Who scanned our QR code knows its secret, and so can check our proof. Who types a code knows none yet.
        var proof = _way.PhoneNumber is null ? PasskeyCrypto.HandoffKey(Device.AdvSecret) : null;
        await KeepSecretAsync(services.Options.Random.Bytes(PasskeyCrypto.KeySize), cancellationToken).ConfigureAwait(false);
        _passkey = new PasskeyLink(options, proof, services.Options.Random);
        Challenge = options.Challenge;
        var until = Now + options.Life;
        Wait(until, LinkingRefusal.PasskeyTimedOut);
        Show(new PasskeyRequired(options.Json, until));
        Log.PasskeyWanted(logger);
    }

    private async Task SendPasskeyAsync(PasskeyAssertion assertion, CancellationToken cancellationToken)
    {
        var passkey = _passkey!;
        Challenge = null;
        WaitForPhone(LinkingRefusal.NotCompleted);
        var reference = await connection.RequestAsync(PasskeyLink.AskForReference(), cancellationToken).ConfigureAwait(false);
        await connection.RequestAsync(passkey.Prologue(reference, assertion), cancellationToken).ConfigureAwait(false);
    }

    private async Task ContinueAsync(PasskeyLink passkey, Node notification, CancellationToken cancellationToken)
    {
        var (nonce, code) = passkey.Continue(notification);
        await connection.RequestAsync(nonce, cancellationToken).ConfigureAwait(false);
        if (passkey.IsProved)
        {
            await RequestPairingAsync(passkey, cancellationToken).ConfigureAwait(false);
            return;
        }

        var until = Now + PasskeyLink.PhonePatience;
        Wait(until, LinkingRefusal.NotCompleted);
        Show(new ConfirmCode(LinkingCodes.Shown(code), until));
    }

    private async Task RequestPairingAsync(PasskeyLink passkey, CancellationToken cancellationToken)
    {
        WaitForPhone(LinkingRefusal.NotCompleted);
        await connection.RequestAsync(passkey.PairingRequest(Device), cancellationToken).ConfigureAwait(false);
    }

    private Task RefusedAsync(LinkingRefusal reason)
    {
        Refuse(reason);
        return Task.CompletedTask;
    }
}
