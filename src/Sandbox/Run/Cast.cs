using Sandbox.Phones;
using Sandbox.Service;
using WhatsApp;

namespace Sandbox.Run;

/// <summary>The people of a fresh sandbox: an admin who made the group, members, one stranger, and the bot's own phone.</summary>
internal static class Cast
{
    private static readonly string[] Names = ["Ani", "Budi", "Citra", "Dewi"];

    /// <summary>Where a phone stands on the page: members first, then the admin, the stranger last, wherever each of them is now.</summary>
    public static int Rank(string account) => account switch
    {
        "admin" => 1,
        "eko" => 2,
        _ => 0,
    };

    /// <summary>Makes whoever is missing and returns the group's address.</summary>
    public static async Task<Jid> AssembleAsync(SimulatedWorld world, SandboxOptions options)
    {
        var admin = await world.AddAccountAsync("admin", "Pak Admin");
        var bot = await world.AddAccountAsync(SandboxRun.BotAccount, "Bot", mayWriteFirst: false);
        _ = await world.AddAccountAsync("eko", "Eko");
        var members = new List<Phone>();
        for (var number = 0; number < options.Members; number++)
        {
            var name = number < Names.Length ? Names[number] : $"Member {number + 1}";
            // One member shows only a LID, as many do in real groups.
            members.Add(await world.AddAccountAsync(name.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant(), name, phoneHidden: number == 2));
        }

        var groups = await world.GroupsAsync();
        return groups.Count > 0
            ? groups[0].Jid
            : await world.CreateGroupAsync("Komunitas Server", options.LidGroup ? GroupAddressing.Lid : GroupAddressing.Phone, [admin, bot, .. members]);
    }
}
