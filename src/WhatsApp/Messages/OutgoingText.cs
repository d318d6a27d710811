namespace WhatsApp;

/// <summary>A text to send.</summary>
/// <param name="Text">At least one character.</param>
public sealed record OutgoingText(string Text)
{
    /// <summary>The message this one answers.</summary>
    public QuotedMessage? Quote { get; init; }

    /// <summary>People the text names by <c>@user</c>.</summary>
    public IReadOnlyList<Jid> Mentions { get; init; } = [];

    /// <summary>The length only.</summary>
    public override string ToString() => $"Text of {Text.Length}";
}

/// <summary>The message an answer quotes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Sender">Who wrote it.</param>
/// <param name="Text">Its text as it is shown in the quote.</param>
public sealed record QuotedMessage(string Id, Jid Sender, string Text)
{
    /// <summary>Nothing personal.</summary>
    public override string ToString() => "QuotedMessage";
}
