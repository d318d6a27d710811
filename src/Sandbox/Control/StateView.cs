using Sandbox.Phones;
using Sandbox.Run;
using WhatsApp;

namespace Sandbox.Control;

/// <summary>Everything the page shows, as one JSON document.</summary>
internal static class StateView
{
    private const int TimelineLength = 150;

    public static async Task<object> ReadAsync(SandboxRun run)
    {
        var group = run.World is { } world ? (await world.GroupsAsync()).FirstOrDefault(item => item.Jid == run.Group) : null;
        var members = group?.Members.Select(member => member.Account).ToHashSet() ?? [];
        var phones = new List<object>();
        object? link = null;
        bool? linked = null; // an external service's accounts are not ours to see
        if (run.World is { } service)
        {
            var botLid = service.PhoneOf(SandboxRun.BotAccount).Lid;
            var own = service.PhoneOf(SandboxRun.BotAccount);
            link = new { number = own.Jid.User, wantsPasskey = own.WantsPasskey, shownCode = await own.ShownCodeAsync() };
            linked = (await service.PhoneOf(SandboxRun.BotAccount).ViewAsync()).Companions.Count > 0;
            foreach (var phone in service.Phones.Where(phone => phone.Id != SandboxRun.BotAccount).OrderBy(phone => Cast.Rank(phone.Id)))
            {
                phones.Add(View(await phone.ViewAsync(), run.Group, botLid, members));
            }
        }

        return new
        {
            bot = new { running = run.Bot.Running, starts = run.Bot.Starts, linked, connected = run.BotIsConnected, qrOffered = run.Bot.Running && run.ReadQr() is not null, operatorPage = new Uri(run.Page, "/operator") },
            link,
            clock = new { wall = run.Clock.GetUtcNow(), passed = Text(run.Clock.Offsets.Passed), jumped = Text(run.Clock.Offsets.Jumped) },
            group = new { jid = run.Group.ToString(), subject = group?.Subject, members },
            phones,
            panel = PanelText(run),
            panelFault = run.PanelFault,
            servers = run.Panel?.Read(panel => panel.VisibleServers.Select(server => new { id = server.Id, externalId = server.ExternalId, name = panel.Users.FirstOrDefault(user => user.Id == server.UserId)?.Username, status = server.Status, running = server.Running, userId = server.UserId }).ToArray()),
            users = run.Panel?.Read(panel => panel.Users.Where(user => !user.RootAdmin).Select(user => new { id = user.Id, externalId = user.ExternalId, username = user.Username }).ToArray()),
            timeline = run.Timeline.After(0).TakeLast(TimelineLength).Reverse(),
        };
    }

    private static object View(PhoneView phone, Jid group, Jid bot, HashSet<string> members) => new
    {
        id = phone.Id,
        name = phone.Name,
        inGroup = members.Contains(phone.Id),
        companions = phone.Companions,
        duplicates = phone.Duplicates,
        undecryptable = phone.Undecryptable,
        group = phone.Messages.Where(message => message.Chat == group).Select(Line),
        bot = phone.Messages.Where(message => message.Chat.Bare == bot).Select(Line),
    };

    private static object Line(PhoneMessage message) => new
    {
        id = message.Id,
        from = message.FromName,
        fromMe = message.FromMe,
        text = message.Text,
        at = message.At,
        edited = message.Edited,
        revoked = message.Revoked,
    };

    private static string PanelText(SandboxRun run) => run.Panel is null
        ? "Panel: an external one."
        : run.Panel.Read(panel => $"Panel: {panel.Users.Count(user => !user.RootAdmin)} users, {panel.VisibleServers.Count()} servers, {panel.VisibleServers.Count(server => server.Running)} running.")
            + (run.PanelFault is { } fault ? $" Switched on: {fault}." : run.Panel.Faults.Active.Count > 0 ? " A fault is switched on." : "");

    private static string Text(TimeSpan span) => span.ToString("c", System.Globalization.CultureInfo.InvariantCulture);
}
