using System.Text.Json;
using Sandbox.Clock;
using Sandbox.Panel.Faults;
using Sandbox.Phones;
using Sandbox.Run;
using Sandbox.Service;

namespace Sandbox.Control;

/// <summary>Every switch of the page as a call. Bodies are JSON; faults are problem details that say what to send instead.</summary>
internal static class ControlEndpoints
{
    private const string Help = """
        GET  /api/state                         everything the page shows
        GET  /operator                          to the bot's operator page, with a sign-in code that still opens
        GET  /api/timeline?after=N              what happened after position N
        POST /api/scan                          {"account":"bot"}  a phone scans the bot's QR
        POST /api/link/code                     {"code":"XXXX-XXXX"}  the bot's phone types the code that the bot shows
        POST /api/link/passkey                  {"wanted":true}    the bot's account is linked only with its passkey
        POST /api/link/sign                     {}                 signs with that passkey; the answer is for the operator page
        POST /api/link/fault                    {"kind":"tooManyTries|numberRefused|restricted|phoneSilent|forged|refreshCode|passkeyAbsent|passkeyRefused|passkeySilent","times":1}
        POST /api/phones/{id}/messages          {"chat":"group|bot","text":"!claim"}
        POST /api/group/leave                   {"member":"ani"}
        POST /api/group/join                    {"member":"ani"}
        POST /api/group/kick                    {"member":"ani"}
        POST /api/clock/advance                 {"by":"05:00:00"}  wall and monotonic time
        POST /api/clock/jump                    {"by":"05:00:00"}  the wall clock alone; may be negative
        POST /api/bot/kill                      {"restart":true}   kill -9
        POST /api/bot/start                     {}
        POST /api/bot/failpoint                 {"name":"claims.submit.before","hit":1}  kill -9 there
        POST /api/service/drop                  {}                 cuts the bot's connection
        POST /api/service/fault                 {"kind":"stream|login|outdate|refuse|nack|swallow|corrupt|offline|dirty|none","code":503,"conflict":null,"times":1}; nack with 463, 475 or 429 shows what the bot may not write
        POST /api/service/fault                 {"kind":"timelock","for":"06:00:00"}  the bot may start no conversation; "00:00:00" releases it
        POST /api/service/fault                 {"kind":"tokens"}  every private message of the bot needs a token; {"kind":"tokens","times":0} ends it
        POST /api/history                       {"account":"bot"}  the phone offers its companions a file of history
        POST /api/panel/fault                   {"kind":"unavailable|unreachable|none or a PanelFaultKind","route":"POST /servers","times":1,"skip":0,"status":500,"delay":"00:00:01"}
        POST /api/panel/fault                   {"kind":"random","seed":17,"chance":0.1,"times":20}  any fault at any request, the same ones for the same seed
        POST /api/alerts                        where the bot sends its alerts
        POST /api/alerts/fault                  {"times":1}  the next alerts are answered with 500
        """;

    public static void MapControl(this IEndpointRouteBuilder routes, SandboxRun run)
    {
        routes.MapGet("/operator", () => Results.Redirect(run.OperatorLink.Fresh().ToString())); // a link on the page must work the second time, too
        routes.MapGet("/api/help", () => Results.Text(Help));
        routes.MapGet("/api/state", () => StateView.ReadAsync(run));
        routes.MapGet("/api/timeline", (long? after) => Results.Ok(run.Timeline.After(after ?? 0)));
        routes.MapLinking(run);
        routes.MapPost("/api/phones/{id}/messages", (string id, MessageBody body) => WithPhone(run, id, phone => SendAsync(run, phone, body)));
        routes.MapPost("/api/group/leave", (MemberBody body) => WithPhone(run, body.Member, phone => DoneAsync(phone.LeaveAsync(run.Group))));
        routes.MapPost("/api/group/join", (MemberBody body) => WithPhone(run, body.Member, phone => DoneAsync(phone.JoinAsync(run.Group))));
        routes.MapPost("/api/group/kick", (MemberBody body) => WithPhone(run, body.Member, phone => DoneAsync(run.World!.PhoneOf("admin").KickAsync(run.Group, phone))));
        routes.MapPost("/api/clock/advance", (ClockBody body, CancellationToken ct) => MoveClockAsync(run, body, jump: false, ct));
        routes.MapPost("/api/clock/jump", (ClockBody body, CancellationToken ct) => MoveClockAsync(run, body, jump: true, ct));
        routes.MapPost("/api/bot/kill", (KillBody body, CancellationToken ct) => DoneAsync(run.Bot.KillAsync(body.Restart ?? true, ct)));
        routes.MapPost("/api/bot/start", (CancellationToken ct) => DoneAsync(run.Bot.StartAsync(ct)));
        routes.MapPost("/api/bot/failpoint", (FailPointBody body, CancellationToken ct) => ArmAsync(run, body, ct));
        routes.MapPost("/api/service/drop", () => PlayAsync(run, new ServiceFault.Drop { Account = SandboxRun.BotAccount }));
        routes.MapPost("/api/service/fault", (ServiceFaultBody body) => ServiceFaultAsync(run, body));
        routes.MapPost("/api/history", (ScanBody body) => WithPhone(run, body.Account ?? SandboxRun.BotAccount, phone => DoneAsync(phone.OfferHistoryAsync())));
        routes.MapPost("/api/panel/fault", (PanelFaultBody body) => PanelFaultAsync(run, body));
        routes.MapPost("/api/alerts/fault", (AlertFaultBody body) =>
        {
            run.AlertsToRefuse = body.Times ?? 1;
            return Results.NoContent();
        });
        routes.MapPost("/api/alerts", (JsonElement body) =>
        {
            if (run.AlertsToRefuse > 0)
            {
                run.AlertsToRefuse--;
                return Problem(StatusCodes.Status500InternalServerError, "The alert channel is out of order, as was wished.");
            }

            var text = body.TryGetProperty("content", out var discord) ? discord.GetString() : body.TryGetProperty("text", out var slack) ? slack.GetString() : body.ToString();
            run.Timeline.Add("alert", text ?? "");
            return Results.NoContent();
        });
    }

    private static async Task<IResult> SendAsync(SandboxRun run, Phone phone, MessageBody body)
    {
        if (string.IsNullOrEmpty(body.Text) || body.Chat is not ("group" or "bot"))
        {
            return Problem(StatusCodes.Status400BadRequest, "Send {\"chat\":\"group\" or \"bot\",\"text\":\"...\"}.");
        }

        var chat = body.Chat == "group" ? run.Group : run.World!.PhoneOf(SandboxRun.BotAccount).Lid;
        return Results.Ok(new { id = await phone.SendTextAsync(chat, body.Text) });
    }

    private static Task<IResult> ArmAsync(SandboxRun run, FailPointBody body, CancellationToken ct) =>
        string.IsNullOrEmpty(body.Name) || body.Name.Any(char.IsWhiteSpace) || body.Hit is < 1
            ? Task.FromResult(Problem(StatusCodes.Status400BadRequest, "Send {\"name\":\"claims.submit.before\",\"hit\":1}."))
            : DoneAsync(run.Bot.ArmAsync([$"{body.Name} {body.Hit ?? 1}"], ct)); // one line of the plan, hence no white space

    private static async Task<IResult> MoveClockAsync(SandboxRun run, ClockBody body, bool jump, CancellationToken ct)
    {
        if (!TimeSpan.TryParse(body.By, System.Globalization.CultureInfo.InvariantCulture, out var by) || (!jump && by < TimeSpan.Zero))
        {
            return Problem(StatusCodes.Status400BadRequest, "Send {\"by\":\"05:00:00\"}; only a jump may be negative.");
        }

        var now = run.Clock.Offsets;
        await run.SetClockAsync(jump ? now with { Jumped = now.Jumped + by } : now with { Passed = now.Passed + by }, ct);
        run.Timeline.Add("clock", jump ? $"The wall clock jumped by {by}." : $"{by} passed.");
        return Results.NoContent();
    }

    private static Task<IResult> ServiceFaultAsync(SandboxRun run, ServiceFaultBody body)
    {
        var (code, times) = (body.Code ?? 503, body.Times ?? 1);
        ServiceFault? fault = body.Kind switch
        {
            "stream" => new ServiceFault.StreamError(body.Conflict is null ? code.ToString(System.Globalization.CultureInfo.InvariantCulture) : null, body.Conflict),
            "login" => new ServiceFault.RefuseLogin(code, times),
            "outdate" => new ServiceFault.Outdate(),
            "refuse" => new ServiceFault.RefuseConnection(times),
            "nack" => new ServiceFault.Nack(code, times),
            "swallow" => new ServiceFault.SwallowAck(times),
            "corrupt" => new ServiceFault.Corrupt(times),
            "offline" => new ServiceFault.DropInOfflineQueue(times),
            "dirty" => new ServiceFault.Dirty(),
            "tokens" => new ServiceFault.DemandTokens(times > 0),
            "timelock" when TimeSpan.TryParse(body.For ?? "06:00:00", System.Globalization.CultureInfo.InvariantCulture, out var span) && span >= TimeSpan.Zero => new ServiceFault.Timelock(span),
            _ => null,
        };
        return fault is not null
            ? PlayAsync(run, fault with { Account = SandboxRun.BotAccount })
            : body.Kind == "none" && run.World is { } world
                ? DoneAsync(world.ClearFaultsAsync())
                : Task.FromResult(Problem(StatusCodes.Status400BadRequest, "kind must be stream, login, outdate, refuse, nack, swallow, corrupt, offline, dirty, tokens, timelock (with \"for\":\"06:00:00\") or none."));
    }

    internal static Task<IResult> PlayAsync(SandboxRun run, ServiceFault fault)
    {
        if (run.World is not { } world)
        {
            return Task.FromResult(Problem(StatusCodes.Status409Conflict, "An external service is used: its faults are not ours to play."));
        }

        return DoneAsync(world.PlayAsync(fault));
    }

    private static async Task<IResult> PanelFaultAsync(SandboxRun run, PanelFaultBody body)
    {
        if (run.Panel is not { } panel)
        {
            return Problem(StatusCodes.Status409Conflict, "An external panel is used: its faults are not ours to play.");
        }

        var kind = PanelFaultKind.Maintenance;
        if (body.Kind is not ("unavailable" or "unreachable" or "none" or "random") && (!Enum.TryParse(body.Kind, ignoreCase: true, out kind) || !Enum.IsDefined(kind)))
        {
            return Problem(StatusCodes.Status400BadRequest, $"kind must be unavailable, unreachable, random, none or one of {string.Join(", ", Enum.GetNames<PanelFaultKind>())}.");
        }

        panel.Faults.Clear();
        await panel.SetReachableAsync(body.Kind != "unreachable");
        run.PanelFault = body.Kind switch { "none" => null, "unavailable" => "the panel answers 503", "unreachable" => "the panel cannot be reached", "random" => $"faults of the panel at random, seed {body.Seed ?? 1}", _ => body.Kind };
        run.Timeline.Add("you", run.PanelFault is { } fault ? $"Switched on: {fault}." : "The panel works again.");
        if (body.Kind is "none" or "unreachable")
        {
            return Results.NoContent();
        }

        if (body.Kind == "random")
        {
            panel.Faults.Roll(new PanelFaultDice(body.Seed ?? 1, body.Chance ?? 0.1, body.Times ?? int.MaxValue));
            return Results.NoContent();
        }

        panel.Faults.Add(new PanelFault(kind, body.Route ?? "*") { Times = body.Times, Skip = body.Skip ?? 0, Status = body.Status ?? 500, Delay = body.Delay ?? TimeSpan.FromSeconds(1) });
        return Results.NoContent();
    }

    internal static async Task<IResult> WithPhone(SandboxRun run, string? id, Func<Phone, Task<IResult>> act)
    {
        var phone = run.World?.Phones.FirstOrDefault(phone => phone.Id == id);
        if (phone is null)
        {
            return Problem(StatusCodes.Status404NotFound, "There is no such phone here; see /api/state.");
        }

        try
        {
            return await act(phone);
        }
        catch (InvalidOperationException fault)
        {
            return Problem(StatusCodes.Status409Conflict, fault.Message); // the simulated service said no, for example to a leave of somebody who is not in the group
        }
    }

    private static async Task<IResult> DoneAsync(Task work)
    {
        await work;
        return Results.NoContent();
    }

    internal static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);
}
