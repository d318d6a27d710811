using System.Text;
using System.Text.Encodings.Web;

namespace WaBot.Web;

/// <summary>Plain pages that read well on a phone.</summary>
internal static class Html
{
    public const string Style = """
        :root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
        body{margin:0 auto;padding:1rem;max-width:60rem}
        h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}
        .qr svg{width:min(100%,20rem);height:auto;background:#fff;padding:.5rem}
        .state{padding:.6rem .8rem;border-left:.4rem solid #888}
        .good{border-color:#2a7a2a}.bad{border-color:#b3261e}.wait{border-color:#b37400}
        ul{list-style:none;padding:0}li{border-top:1px solid #8886;padding:.6rem 0;overflow-wrap:anywhere}
        form{display:inline}button{font:inherit;padding:.5rem .9rem;margin:.2rem .3rem .2rem 0;min-height:2.75rem}
        input{font:inherit;padding:.5rem;width:min(100%,22rem);box-sizing:border-box}
        textarea{font:.85rem/1.4 ui-monospace,monospace;width:100%;box-sizing:border-box;padding:.5rem;overflow-wrap:anywhere}
        label{font-weight:600}ol{padding-left:1.3rem}ol li{border:0;list-style:decimal}ol label{display:block;margin-top:.6rem}
        .code{font:700 2rem/1.3 ui-monospace,monospace;letter-spacing:.1em;margin:.5rem 0}
        small{opacity:.8}
        """;

    public static IResult Page(int status, string title, string body, int? refreshSeconds = null) => Results.Text(
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        {(refreshSeconds is { } seconds ? $"<meta http-equiv=\"refresh\" content=\"{seconds}\">" : "")}
        <title>{Encode(title)} – WaBot</title>
        <link rel="stylesheet" href="/site.css">
        </head>
        <body>
        <h1>{Encode(title)}</h1>
        <main>
        {body}
        </main>
        </body>
        </html>
        """,
        "text/html; charset=utf-8", Encoding.UTF8, status);

    public static string Encode(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}
