namespace WaBot.Texts;

/// <summary>The second language.</summary>
internal static class English
{
    public static readonly IReadOnlyDictionary<TextKey, string> Texts = new Dictionary<TextKey, string>
    {
        [TextKey.GroupOpenChat] = "Sure! Let's continue in private so your details stay safe.\n👉 https://wa.me/{bot}?text=%21claim\nTap the link, then press *send*.",

        [TextKey.ClaimStart] = "Hi {name} 👋 You're a member of *{group}*, so you get *1 free server*.\n\nChoose a type, reply with its number:\n{templates}\n\nReply *!batal* any time to stop.",
        [TextKey.TemplateLine] = "*{number}* {template} – {ram}",
        [TextKey.TemplateBad] = "There is no option *{input}*. {choices} Or *!batal* to stop.",
        [TextKey.NameAsk] = "Your choice: *{template}* 👍\nNow choose a username for the panel.\n• 3–20 letters, digits or underscores; first and last a letter or digit\n• capitals are stored as small letters\n• example: `budi_27`\n\nNo idea? Reply *0* and we'll pick one. *!batal* to stop.",
        [TextKey.NameBad] = "`{input}` can't be used: {reason}. Try `{suggestion}` – reply *ya* to take it, or type another. *!batal* to stop.",
        [TextKey.NameTaken] = "`{input}` is taken. Free ones: {suggestions}. Reply a number or type another. *!batal* to stop.",
        [TextKey.Confirm] = "Please check:\n• Type: *{template}*\n• Username: `{user}`{lowered}\n• {ram} memory, {disk} storage\n• Yours while you're in the group. If you leave, it is deleted *{grace}* later.\n\nReply *ya* to create, *ubah* to change, *!batal* to stop.",
        [TextKey.ConfirmLowered] = " (stored in small letters)",

        [TextKey.ReasonTooShort] = "too short (min 3)",
        [TextKey.ReasonTooLong] = "too long (max 20)",
        [TextKey.ReasonSpace] = "contains a space",
        [TextKey.ReasonSymbol] = "has a symbol other than `_`",
        [TextKey.ReasonEnds] = "must start and end with a letter or digit",
        [TextKey.ReasonReserved] = "reserved word",

        [TextKey.GateNotMember] = "Sorry, this free server is for members of *{group}*, and we can't see this account there yet.\n\nJust joined? Wait 1 minute and send *!claim* again.\nBeen there a while? Reply *!admin*.",
        [TextKey.GateUnknown] = "Your membership can't be checked yet: the bot got no answer from WhatsApp. Wait 1 minute, then reply *{again}* again. Still failing? Reply *!admin*.",
        [TextKey.GateHasOne] = "You already have a server:\n*{name}* – active ({template})\nPanel: {panelUrl}\n\nOne per member. Reply *!status* for details.",
        [TextKey.GateInProgress] = "Your server *{name}* is still being created (step {step} of 4). Hang on, we'll message you here. Reply *!status* any time.",
        [TextKey.GateDeleting] = "Your old server *{name}* is being deleted. Wait a few minutes and send *!claim* again.",
        [TextKey.GatePaused] = "New servers are paused by the admins. Existing ones keep running. Please try *!claim* later.",

        [TextKey.WorkStart] = "⏳ Creating *{name}*\n1 Account … working\n2 Server … waiting\n3 Installation … waiting\n4 Final check … waiting\nUsually 1–3 minutes. You can close WhatsApp. *!status* shows the progress.",
        [TextKey.WorkRetry] = "⏳ OK, we try again to create *{name}*, from step {step} of 4. We'll message you here. *!status* shows the progress.",
        [TextKey.WorkInstalling] = "⏳ *{name}*: account and server exist, now installing (step 3 of 4).",
        [TextKey.WorkFinalCheck] = "⏳ *{name}*: installed, now the final check (step 4 of 4).",
        [TextKey.WorkQueued] = "⏳ *{name}* is number {position} in line: {reason}. It goes on by itself, in order, as soon as there is a place, and we'll message you here. Reply *!status* any time.",
        [TextKey.ReasonNodeFull] = "the servers' memory or storage is full",
        [TextKey.ReasonNoPort] = "all ports are in use",
        [TextKey.WorkWaiting] = "The server panel has a problem. Your request for *{name}* *is saved* and continues by itself once it's back. We'll message you here.",
        [TextKey.ReadyPassword] = "✅ Server *{name}* is ready!\nPanel: {panelUrl}\nUsername: `{user}`\nTemporary password: `{pass}`\n\n⚠️ *Change it now*: Panel → account icon → Password. Reply *sudah* when done and we'll delete this message. Admins never ask for your password.",
        [TextKey.ReadyRemind] = "Have you changed the password of *{name}*? Reply *sudah* and we delete the message that holds it.",
        [TextKey.FailFinal] = "❌ Server *{name}* could not be created. Your request is kept and the admins were told.\nReply *1* try again · *2* ask an admin\nCode: `{ref}`",
        [TextKey.FailStuckInstall] = "❌ The installation of *{name}* did not finish. Admins were told, your allowance is safe.\nReply *1* try again · *2* ask an admin\nCode: `{ref}`",

        [TextKey.CancelOk] = "OK, cancelled. Nothing was created. Send *!claim* if you change your mind.",
        [TextKey.CancelTooLate] = "Creation has already started and can't stop halfway. We'll message you here; *!status* shows the progress.",
        [TextKey.CancelNothing] = "Nothing to cancel 🙂 Reply *!help* for commands.",
        [TextKey.IdleSaved] = "We stopped at *{step}*. Reply *ya* to continue or *!claim* to start over.",
        [TextKey.StepTemplate] = "choosing the server type",
        [TextKey.StepName] = "choosing the username",
        [TextKey.StepConfirm] = "the check before creating",

        [TextKey.Help] = "*Commands*\n`!claim` get a server\n`!status` your server\n`!batal` stop\n`!lang id` Indonesia\n`!admin` a human\n\nThe bot reads only messages starting with ! and this private chat.",
        [TextKey.StatusReady] = "*{name}* – active\n{template} · {ram} · created {date}\nPanel: {panelUrl}\nUsername: `{user}`",
        [TextKey.StatusNone] = "You don't have a server yet. Send *!claim*.",
        [TextKey.StatusGrace] = "⚠️ *{name}* will be deleted at {deadline} ({left} left) because you left the group. Re-join to keep it.",
        [TextKey.LanguageSet] = "OK, English from now on. Reply *!help* for commands.",
        [TextKey.LanguageAsk] = "Which language? Reply *!lang id* or *!lang en*.",
        [TextKey.CredentialsHidden] = "Great 👍 We delete the message that holds the password. Reply *!status* any time.",
        [TextKey.CredentialsNone] = "There is no password message to delete. Reply *!status* or *!help*.",
        [TextKey.AdminCalled] = "The admins were told and will help. Meanwhile *!status* and *!help* keep working.",

        [TextKey.DontUnderstand] = "Sorry, I didn't get that. {choices}",
        [TextKey.DontUnderstandExample] = "Sorry, I didn't get that. {choices}\nExample: reply *{example}*",
        [TextKey.DontUnderstandHuman] = "Sorry, I still don't get it. {choices}\nReply *!admin* to ask a human, *!batal* to stop.",
        [TextKey.ChoicesIdle] = "Send *!claim* to get a server, *!status* to see yours, *!help* for all commands.",
        [TextKey.ChoicesFailed] = "Reply *1* to try again or *2* to ask an admin.",
        [TextKey.ChoicesTemplate] = "Please reply *{numbers}*.",
        [TextKey.ChoicesName] = "Type a username (3–20 letters, digits, underscores) or reply *0*.",
        [TextKey.ChoicesConfirm] = "Reply *ya* to create or *ubah* to change.",
        [TextKey.ChoicesResume] = "Reply *ya* to continue or *!claim* to start over.",
        [TextKey.ExampleClaim] = "!claim",

        [TextKey.LeftWhileCreating] = "You left the group while *{name}* was being created, so we stopped and clean up what was made. If you re-join, send *!claim* to start afresh.",
        [TextKey.GraceStart] = "You have left *{group}*.\n*{name}* is still running but will be *deleted at {deadline}* ({left}).\n\n• Re-join → deletion cancelled automatically\n• Get your files → {panelUrl}\n• A mistake? Reply *!admin*",
        [TextKey.GraceCancel] = "Welcome back 🎉 *{name}* will *not* be deleted.",
        [TextKey.GraceExtended] = "The bot was offline, so the deadline for *{name}* moved to {deadline}.",
        [TextKey.GraceLastHour] = "1 hour left: *{name}* is deleted at {deadline}. Re-join to keep it.",
        [TextKey.Deleted] = "*{name}* was deleted because you left {group} more than {grace} ago. If you re-join, send *!claim* for a new one. Thanks for using it 🙏",
        [TextKey.CleanedUp] = "What was left of *{name}* is cleaned up. While you're in the group, send *!claim* to start afresh.",

        [TextKey.Hour] = "{n} hour",
        [TextKey.Hours] = "{n} hours",
        [TextKey.Minute] = "{n} minute",
        [TextKey.Minutes] = "{n} minutes",
        [TextKey.LessThanAMinute] = "less than 1 minute",
        [TextKey.DateAndTime] = "{day} {hour}:{minute} WIB",
    };

    public static readonly IReadOnlyList<string> Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
}
