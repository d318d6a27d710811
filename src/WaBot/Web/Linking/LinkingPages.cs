using System.Globalization;
using WhatsApp;

namespace WaBot.Web.Linking;

/// <summary>Pages with fields, of their own: the operator page renews itself and would empty them.</summary>
internal static class LinkingPages
{
    public static IResult ByCode(string token, string? fault = null) => Html.Page(fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, "Link with a code", $"""
        {(fault is null ? "" : $"<p class=\"state bad\" id=\"fault\">{Html.Encode(fault)}</p>")}
        <p>WhatsApp sends a message to the phone with this number, and you type a code there that the next page shows. Use the number kept for the bot, never a private one.</p>
        <form method="post" action="{LinkingEndpoints.ByCode}">{token}
        <p><label for="number">Number of the bot's phone, with its country code</label><br><input id="number" name="number" type="tel" inputmode="tel" autocomplete="off" placeholder="+62 …" required></p>
        <p><button type="submit">Show the code</button></p></form>
        {Back}
        """);

    public static IResult Passkey(PasskeyRequired passkey, string token, string? fault = null) => Html.Page(fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, "Sign with the passkey", $"""
        {(fault is null ? "" : $"<p class=\"state bad\" id=\"fault\">{Html.Encode(fault)}</p>")}
        <p>Only the owner of the account can do this, on a computer or phone that has its passkey. {LinkingView.Left(passkey).ToString(CultureInfo.InvariantCulture)} s are left.</p>
        <ol>
        <li>Open <a href="https://web.whatsapp.com/" target="_blank" rel="noopener noreferrer">web.whatsapp.com</a> in a browser on this computer. You need not sign in there.</li>
        <li>Press F12 and choose Console. Paste this one line and press Enter. (Some browsers want you to type <kbd>allow pasting</kbd> first.)
        <label for="line">The line</label><textarea id="line" rows="7" readonly spellcheck="false">{Html.Encode(Line(passkey.Options))}</textarea></li>
        <li>Confirm with the passkey. Copy the answer that is printed, from the first brace to the last, and paste it here:
        <form method="post" action="{LinkingEndpoints.Passkey}">{token}
        <label for="answer">The answer</label><textarea id="answer" name="answer" rows="5" autocomplete="off" autocapitalize="off" spellcheck="false" required></textarea>
        <button type="submit">Hand it in</button></form></li>
        </ol>
        <p><small>The line asks the browser for one signature over WhatsApp's challenge and prints it. It reads nothing else, and the answer is good for this link only. Never paste a line that somebody sent you.</small></p>
        <p>No passkey at hand? <a href="{LinkingEndpoints.ByCode}">Try another number</a>.</p>
        {Back}
        """);

    public static IResult LogOut(string token, string? fault = null) => Html.Page(fault is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest, "Log out", $"""
        {(fault is null ? "" : $"<p class=\"state bad\" id=\"fault\">{Html.Encode(fault)}</p>")}
        <p>This removes the link to the account the bot uses now. Nobody can claim until another one is made, and deletions are frozen until you release them.</p>
        <form method="post" action="{LinkingEndpoints.LogOut}">{token}
        <p><label for="confirm">Type LOG OUT to confirm</label><br><input id="confirm" name="confirm" autocomplete="off" autocapitalize="characters"></p>
        <p><button type="submit">Log out</button></p></form>
        {Back}
        """);

    /// <summary>One expression; the options are JSON written by us, in which nothing can end a string or a tag.</summary>
    internal static string Line(string options) =>
        $"navigator.credentials.get({{publicKey:PublicKeyCredential.parseRequestOptionsFromJSON({options})}}).then(c=>console.log(JSON.stringify(c)),e=>console.log(\"No answer: \"+e.message))";

    private const string Back = "<p><a href=\"/\">Back, change nothing</a></p>";
}
