namespace WhatsApp;

/// <summary>One companion device of one WhatsApp account.</summary>
public interface IWhatsAppClient : IAsyncDisposable
{
    /// <summary>The state of the session right now.</summary>
    SessionStatus Status { get; }

    /// <summary>Waits until <see cref="Status"/> is no longer <paramref name="known"/>; returns at once when it already is not.</summary>
    /// <param name="known">The status the caller has seen last.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The newest status; ones in between may have been missed.</returns>
    Task<SessionStatus> WaitForStatusChangeAsync(SessionStatus known, CancellationToken cancellationToken);

    /// <summary>Connects, pairs, logs in and reconnects until cancelled or until an operator is needed.</summary>
    /// <param name="cancellationToken">Closes the connection; the task then completes without an exception.</param>
    /// <returns>Completes by cancellation, or with the phase <see cref="SessionPhase.Halted"/> and the reason in <see cref="SessionStatus.LastFault"/>. May be called again.</returns>
    /// <exception cref="InvalidOperationException">Already running.</exception>
    Task RunAsync(CancellationToken cancellationToken);

    /// <summary>The durable stream of events, in order. Events not acknowledged before a restart come first. One reader at a time.</summary>
    /// <param name="cancellationToken">Ends the stream with <see cref="OperationCanceledException"/>; disposing of the client ends it quietly.</param>
    /// <exception cref="InvalidOperationException">Somebody reads already.</exception>
    IAsyncEnumerable<InboundEvent> ReadEventsAsync(CancellationToken cancellationToken);

    /// <summary>Says that the host has stored the event: only now the sender is told it was delivered. Repeating it does nothing.</summary>
    /// <param name="item">An event read from <see cref="ReadEventsAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task AcknowledgeAsync(InboundEvent item, CancellationToken cancellationToken);

    /// <summary>A new message id, to be stored before the message is sent.</summary>
    string NewMessageId();

    /// <summary>The handle that allows writing to a chat.</summary>
    /// <param name="chat">A person or a group.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Null when this person never wrote to us, or the group is not one of ours.</returns>
    Task<ChatHandle?> FindChatAsync(Jid chat, CancellationToken cancellationToken);

    /// <summary>Whether a chat may be written to now and, if not, until when and why: what the service has refused or announced, from what is known here; it is not asked.</summary>
    /// <param name="chat">Where to.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Ask before sending: a message that may not go has to wait, or to be given up. Pacing is no obstacle; a send waits for its place.</returns>
    Task<ChatAccess> CanWriteAsync(ChatHandle chat, CancellationToken cancellationToken);

    /// <summary>Sends one text and waits until the server has it; not until it is read.</summary>
    /// <param name="chat">Where to.</param>
    /// <param name="text">What.</param>
    /// <param name="id">Names the message. Sending again with the same id repeats the same bytes and cannot show it twice.</param>
    /// <param name="cancellationToken">Ends the wait. A message already on the wire may still arrive.</param>
    /// <returns>The server's time of receipt: UTC, whole seconds.</returns>
    /// <exception cref="NotConnectedException">No logged-in connection; nothing was sent.</exception>
    /// <exception cref="WriteBlockedException">The chat may not be written to now; nothing was sent.</exception>
    /// <exception cref="ServerRefusedException">The server answered with an error. 463, 475 and 429 block the chat, or all chats: never repeat them by yourself.</exception>
    /// <exception cref="TimeoutException">No answer in time: unknown whether it arrived. Send again with the same id.</exception>
    /// <exception cref="ObjectDisposedException">The client was disposed during the wait: unknown whether it arrived.</exception>
    Task<DateTimeOffset> SendTextAsync(ChatHandle chat, OutgoingText text, string id, CancellationToken cancellationToken);

    /// <summary>Takes back a message of ours for everyone.</summary>
    /// <param name="chat">The chat it was sent to.</param>
    /// <param name="sentMessageId">The id it was sent with.</param>
    /// <param name="id">Names the taking back itself; see <see cref="SendTextAsync"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NotConnectedException">No logged-in connection; nothing was sent.</exception>
    /// <exception cref="WriteBlockedException">The chat may not be written to now; nothing was sent.</exception>
    /// <exception cref="ServerRefusedException">The server answered with an error.</exception>
    /// <exception cref="TimeoutException">No answer in time. Call again with the same id.</exception>
    Task RevokeAsync(ChatHandle chat, string sentMessageId, string id, CancellationToken cancellationToken);

    /// <summary>The members of one group, fresh from the service.</summary>
    /// <param name="group">A group's address.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NotConnectedException">No logged-in connection.</exception>
    /// <exception cref="GroupUnavailableException">The service does not show this group to us.</exception>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    Task<GroupRoster> GetGroupAsync(Jid group, CancellationToken cancellationToken);

    /// <summary>All groups this account is in, fresh from the service.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="NotConnectedException">No logged-in connection.</exception>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    Task<IReadOnlyList<GroupRoster>> GetGroupsAsync(CancellationToken cancellationToken);

    /// <summary>Writes down the last stanzas in both directions, for a report of a fault: one JSON object a line, without contents; addresses, ids and texts are pseudonyms, the same throughout this dump only.</summary>
    /// <param name="destination">Stays open.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    Task WriteFlightRecordAsync(Stream destination, CancellationToken cancellationToken);

    /// <summary>
    /// Says how to link while no account is linked; a QR code unless told otherwise. Allowed in every state: a session that is
    /// linked stays as it is, one that waits for a person changes to this way at once, one that does not run takes it up when
    /// <see cref="RunAsync"/> is called. Repeating it does nothing while that very attempt is under way.
    /// </summary>
    /// <param name="method">A QR code, or a code for a phone number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task PairAsync(LinkingMethod method, CancellationToken cancellationToken);

    /// <summary>Hands in what the account's passkey signed for <see cref="PasskeyRequired"/>. Allowed in every state.</summary>
    /// <param name="answer">The credential as a browser's <c>toJSON()</c> gives it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether it was taken; whether it was accepted shows in the steps that follow.</returns>
    Task<LinkingAnswer> AnswerPasskeyAsync(string answer, CancellationToken cancellationToken);

    /// <summary>Says whether the phone shows the code of <see cref="ConfirmCode"/>. Allowed in every state.</summary>
    /// <param name="same">False calls the attempt off: nothing that the other side could use has been sent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<LinkingAnswer> ConfirmCodeAsync(bool same, CancellationToken cancellationToken);

    /// <summary>
    /// Calls off linking: <see cref="RunAsync"/> ends with <see cref="SessionFaultReason.PairingCancelled"/>, and when called again shows a QR code.
    /// Allowed in every state: it does nothing to a session that is linked, and nothing the second time.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task CancelPairingAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Removes the link to the account, on the service too when connected, and puts the old identity aside. <see cref="RunAsync"/> ends, and when called again pairs anew.
    /// Allowed in every state: it does nothing when no account is linked.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task LogOutAsync(CancellationToken cancellationToken);
}
