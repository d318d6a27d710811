namespace Sandbox.Service;

/// <summary>A fault the service plays on request. Counted faults wear off after so many uses.</summary>
internal abstract record ServiceFault
{
    /// <summary>The account concerned; null means all.</summary>
    public string? Account { get; init; }

    /// <summary>The one device of the account concerned, where a fault meets single deliveries; null means all of them.</summary>
    public ushort? Device { get; init; }

    /// <summary>Cuts the connections of the account's companions at once, without a word.</summary>
    internal sealed record Drop : ServiceFault;

    /// <summary>Sends a stream error with this code (503, 515, 516, 500, 429 …) or conflict (replaced, device_removed) and closes.</summary>
    internal sealed record StreamError(string? Code, string? Conflict = null) : ServiceFault;

    /// <summary>Answers the next logins with <c>failure reason=code</c>.</summary>
    internal sealed record RefuseLogin(int Code, int Times = 1) : ServiceFault;

    /// <summary>Plays one refusal of linking at the stage it belongs to.</summary>
    internal sealed record Linking(LinkingFault Kind, int Times = 1) : ServiceFault;

    /// <summary>Hands out a newer web client from now on, and refuses older ones with <c>failure reason=405</c>.</summary>
    internal sealed record Outdate : ServiceFault;

    /// <summary>Closes the next sockets before the handshake.</summary>
    internal sealed record RefuseConnection(int Times = 1) : ServiceFault;

    /// <summary>Handles the next messages but never acks them.</summary>
    internal sealed record SwallowAck(int Times = 1) : ServiceFault;

    /// <summary>Refuses the next messages of companions with this error code; what a phone sends by itself after a link does not use it up.</summary>
    internal sealed record Nack(int Code, int Times = 1) : ServiceFault;

    /// <summary>Waits this long before each of the next outgoing stanzas of a connection.</summary>
    internal sealed record Delay(TimeSpan By, int Times = 1) : ServiceFault;

    /// <summary>Cuts the connection after so many stanzas of an offline queue were sent.</summary>
    internal sealed record DropInOfflineQueue(int After) : ServiceFault;

    /// <summary>Flips a bit in the ciphertexts of the next messages delivered to the account.</summary>
    internal sealed record Corrupt(int Times = 1) : ServiceFault;

    /// <summary>Loses the next notifications to the account, as real services do now and then.</summary>
    internal sealed record LoseNotice(int Times = 1) : ServiceFault;

    /// <summary>Delivers the next messages to the account twice.</summary>
    internal sealed record Duplicate(int Times = 1) : ServiceFault;

    /// <summary>From now on every private message of the account's companions needs a token, or no more.</summary>
    internal sealed record DemandTokens(bool On = true) : ServiceFault;

    /// <summary>Locks the account out of starting conversations for so long and tells its companions; zero releases it.</summary>
    internal sealed record Timelock(TimeSpan For) : ServiceFault;

    /// <summary>Tells the account's companions that what they keep of a kind (groups, account_sync ...) is out of date.</summary>
    internal sealed record Dirty(string Kind = "groups") : ServiceFault;
}

/// <summary>What can go wrong while a device is linked.</summary>
internal enum LinkingFault
{
    /// <summary>A request for a code is answered with error 429.</summary>
    TooManyTries,

    /// <summary>A request for a code is answered with error 400.</summary>
    NumberRefused,

    /// <summary>A request for a code is answered with error 403.</summary>
    Restricted,

    /// <summary>The phone answers with its keys, and then does not go through with it.</summary>
    PhoneSilent,

    /// <summary>What vouches for the new device is not the phone's.</summary>
    Forged,

    /// <summary>The service wants another code in the place of the one shown; played at once.</summary>
    RefreshCode,

    /// <summary>The service wants a passkey but says nothing that could be signed.</summary>
    PasskeyAbsent,

    /// <summary>The passkey's answer is refused with error 401.</summary>
    PasskeyRefused,

    /// <summary>The passkey's answer is taken, and then nothing follows.</summary>
    PasskeySilent,
}
