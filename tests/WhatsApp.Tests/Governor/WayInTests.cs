using System.Reflection;
using WhatsApp.Tests.Messages.World;

namespace WhatsApp.Tests.Governor;

public sealed class WayInTests
{
    [Fact]
    public void Nobody_outside_can_make_a_handle_and_every_way_to_write_needs_one()
    {
        var shown = typeof(WhatsAppClient).Assembly.GetExportedTypes();
        var writes = typeof(IWhatsAppClient).GetMethods().Where(method => method.Name.StartsWith("Send", StringComparison.Ordinal) || method.Name == nameof(IWhatsAppClient.RevokeAsync)).ToList();

        Assert.Empty(typeof(ChatHandle).GetConstructors());
        Assert.True(typeof(ChatHandle).IsSealed);
        Assert.DoesNotContain(typeof(ChatHandle).GetMethods(BindingFlags.Static | BindingFlags.Public), method => method.ReturnType == typeof(ChatHandle));
        Assert.NotEmpty(writes);
        Assert.All(writes, method => Assert.Equal(typeof(ChatHandle), method.GetParameters()[0].ParameterType));
        Assert.Equal(
            ["IWhatsAppClient.FindChatAsync", "MessageReceived.get_Chat", "WhatsAppClient.FindChatAsync"],
            shown.SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
                .Where(method => method.ReturnType == typeof(ChatHandle) || method.ReturnType == typeof(Task<ChatHandle?>))
                .Select(method => $"{method.DeclaringType!.Name}.{method.Name}")
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_person_has_a_handle_once_they_wrote_and_not_because_we_know_them()
    {
        await using var service = new TestService();
        var (bot, ani, budi) = (await service.AddAsync("1", 1), await service.AddAsync("2"), await service.AddAsync("3"));
        var group = Jid.Parse("1203630001@g.us");
        service.Groups[group] = new TestGroup(group, true).With(bot, ani, budi);
        await bot.Messaging.GetGroupAsync(group, CancellationToken.None);
        await budi.SayAsync(group, "!claim", "M1"); // in the group: no private chat by that
        await ani.SayAsync(bot.Lid.Bare, "!claim", "M2");
        await service.DeliverAsync();

        Assert.NotNull(await bot.Messaging.FindChatAsync(ani.Lid.Bare, CancellationToken.None));
        Assert.Null(await bot.Messaging.FindChatAsync(budi.Lid.Bare, CancellationToken.None));
        Assert.Null(await bot.Messaging.FindChatAsync(budi.Phone.Bare, CancellationToken.None));
        Assert.NotNull(await bot.Messaging.FindChatAsync(group, CancellationToken.None));
        Assert.Null(await bot.Messaging.FindChatAsync(Jid.Parse("1203630009@g.us"), CancellationToken.None));
    }
}
