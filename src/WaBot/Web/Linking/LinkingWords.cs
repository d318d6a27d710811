using WhatsApp;

namespace WaBot.Web.Linking;

/// <summary>What came of linking, each with the one thing to do next.</summary>
internal static class LinkingWords
{
    public static string Of(LinkingRefused refused) => refused.Reason switch
    {
        LinkingRefusal.CodeExpired => "Nobody typed the code in time. Ask for another one.",
        LinkingRefusal.WrongCode => "Wrong codes were typed too often. Ask for another one.",
        LinkingRefusal.NotCompleted => "The phone began and did not go through with it: a wrong code, refused there, or it was offline. Try again.",
        LinkingRefusal.TooManyTries => "WhatsApp has seen too many tries (429). Wait some hours, then scan the QR code.",
        LinkingRefusal.NumberRefused => "WhatsApp does not link this number by a code (400). Check the number, or scan the QR code.",
        LinkingRefusal.AccountRestricted => $"The account is locked, banned or restricted ({refused.Code}). See the runbook: blocked number.",
        LinkingRefusal.ForgedAnswer => "The answer that should prove the phone's consent was wrong; nothing of it was kept. Try again from another network.",
        LinkingRefusal.PasskeyUnavailable => "WhatsApp wants a passkey but sent nothing that could be signed. Try again later, or with another number.",
        LinkingRefusal.PasskeyTimedOut => "The passkey's answer did not come in time. Start again: everything else is still there.",
        LinkingRefusal.PasskeyRefused => "WhatsApp did not accept the passkey's answer. Start again, signed in with the passkey of this very account.",
        LinkingRefusal.CodesDiffer => "The codes differed, so linking was stopped. Somebody may have stood in between: try again from another network.",
        LinkingRefusal.NoAnswer => "WhatsApp did not answer. Try again.",
        _ => $"WhatsApp refused ({refused.Code}). The phone may say why, for example that it has four linked devices already.",
    };

    public static string Of(LinkingAnswer answer) => answer switch
    {
        LinkingAnswer.Malformed => "This is not what a passkey answers. Copy the whole line that begins with {\"id\" and ends with a brace.",
        LinkingAnswer.Stale => "This answers an earlier challenge. Copy the line of this page again, run it, and paste what it prints.",
        _ => "Nobody asks for this any more.",
    };

    /// <summary>One sentence for the head of the page.</summary>
    public static string Of(LinkingStep? step) => step switch
    {
        CodeShown => "Not linked: waiting for the code to be typed on the bot's phone.",
        PasskeyRequired => "Not linked: waiting for the account's passkey.",
        ConfirmCode => "Not linked: compare the codes.",
        WaitingForPhone => "Not linked: waiting for the phone.",
        QrShown => "Not paired: waiting for the bot's phone to scan the code.",
        _ => "Not linked: asking WhatsApp for a code…",
    };
}
