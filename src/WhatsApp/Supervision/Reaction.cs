namespace WhatsApp.Supervision;

/// <summary>What the supervisor does after a connection has ended.</summary>
internal enum Reaction
{
    /// <summary>Connect again at once; not a failure.</summary>
    Now,

    /// <summary>Connect again after the next wait of the ladder.</summary>
    Backoff,

    /// <summary>Several rungs up the ladder, for a service that asks for patience.</summary>
    LongBackoff,

    /// <summary>One more try after a wait; the same fault again halts.</summary>
    OnceMore,

    /// <summary>Wait until the time the service named; halt when it named none.</summary>
    WaitUntil,

    /// <summary>Halt until the host asks to run again; the keys stay in use.</summary>
    Halt,

    /// <summary>The link is gone: put the device aside and halt. Running again pairs anew.</summary>
    Quarantine,
}
