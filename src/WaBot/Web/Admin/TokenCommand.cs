using Shared.Chance;
using Shared.Operators;
using Shared.Persistence;

namespace WaBot.Web.Admin;

/// <summary><c>wabot user token add|list|revoke</c>: the only way to a token is through the machine the host runs on.</summary>
internal static class TokenCommand
{
    /// <summary>sysexits.h: the command line is wrong.</summary>
    private const int UsageExitCode = 64;

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter errors)
    {
        var words = args.TakeWhile(argument => !argument.StartsWith('-')).ToArray();
        await using var app = WaBotHost.Build(args[words.Length..], replace: null);
        await app.Services.GetRequiredService<IDomainDatabase>().OpenAsync(CancellationToken.None);
        var tokens = app.Services.GetRequiredService<IApiTokens>();
        switch (words)
        {
            case ["add", var name, var scopes] when scopes.Split(',').All(AdminScopes.All.Contains):
                var token = AdminTokens.New(app.Services.GetRequiredService<IRandomBytes>());
                if (!await tokens.AddAsync(name, AdminTokens.Hash(token), [.. scopes.Split(',').Distinct()], CancellationToken.None))
                {
                    await errors.WriteLineAsync($"There is a token named {name} already. Revoke it first, or choose another name.");
                    return UsageExitCode;
                }
                await output.WriteLineAsync($"Token of {name} ({scopes}), shown only now:\n{token}");
                return 0;

            case ["revoke", var name]:
                var found = await tokens.RevokeAsync(name, CancellationToken.None);
                await (found ? output : errors).WriteLineAsync(found ? $"The token of {name} opens nothing any more." : $"There is no valid token named {name}.");
                return found ? 0 : UsageExitCode;

            case ["list"]:
                foreach (var item in await tokens.ListAsync(CancellationToken.None))
                {
                    await output.WriteLineAsync($"{item.Name}: {string.Join(',', item.Scopes)}, made {item.CreatedAt:yyyy-MM-dd}{(item.RevokedAt is { } at ? $", revoked {at:yyyy-MM-dd}" : "")}");
                }
                return 0;

            default:
                await errors.WriteLineAsync($"Say: wabot user token add NAME SCOPES (of {string.Join(',', AdminScopes.All)}), user token list, or user token revoke NAME.");
                return UsageExitCode;
        }
    }
}
