using Interop.Tests.Peers;
using Microsoft.Extensions.Logging.Abstractions;
using Sandbox.Phones;
using Sandbox.Service;

namespace Interop.Tests;

/// <summary>
/// A real Baileys client is linked by a typed code: the phone's half, which our own client is linked with too, agrees with an
/// implementation that is not ours.
/// </summary>
public class LinkByCodeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_Baileys_client_is_linked_by_the_code_it_shows_after_another_was_typed_first()
    {
        await NodeTools.RequireAsync(Token);
        var folder = Directory.CreateTempSubdirectory("wabot-code-").FullName;
        await using (var world = await SimulatedWorld.OpenAsync(new SimulatedWorldOptions { DataFolder = Path.Combine(folder, "world") }, NullLoggerFactory.Instance, Token))
        {
            var phone = await world.AddAccountAsync("ani", "Ani");
            await world.StartServiceAsync(Token);
            await using var peer = await BaileysPeer.StartAsync(world.Endpoint, Path.Combine(folder, "peer"), world.TrustRoot, Token);
            await peer.ConnectAsync(Token);
            await peer.WaitForAsync("qr", cancellationToken: Token);

            var code = await peer.CodeAsync(phone.Jid.User, Token);
            await world.WaitForAsync(item => item.Kind == WorldEventKinds.PairingCodeAsked, 0, Token);
            Assert.Equal(ScanOutcome.WrongCode, await phone.TypeCodeAsync((code[0] == 'Z' ? 'Y' : 'Z') + code[1..], Token));
            Assert.Equal(ScanOutcome.Linked, await phone.TypeCodeAsync(code, Token));

            await peer.WaitForAsync("open", cancellationToken: Token);
            Assert.Single((await phone.ViewAsync()).Companions);
        }

        Directory.Delete(folder, recursive: true);
    }
}
