using Microsoft.EntityFrameworkCore;
using Shared.Persistence;

namespace Shared.Operators;

internal sealed class ApiTokens(Ledger ledger, TimeProvider time) : IApiTokens
{
    public Task<bool> AddAsync(string name, string hash, IReadOnlyCollection<string> scopes, CancellationToken ct) => ledger.CommitAsync("tokens.add", async db =>
    {
        if (await db.ApiTokens.AnyAsync(t => t.Name == name && t.RevokedAt == null, ct))
        {
            return false;
        }
        db.ApiTokens.Add(new ApiTokenRow { Name = name, Hash = hash, Scopes = string.Join(' ', scopes), CreatedAt = time.GetUtcNow() });
        return true;
    }, ct);

    public Task<bool> RevokeAsync(string name, CancellationToken ct) => ledger.CommitAsync("tokens.revoke", async db =>
    {
        var row = await db.ApiTokens.FirstOrDefaultAsync(t => t.Name == name && t.RevokedAt == null, ct);
        row?.RevokedAt = time.GetUtcNow();
        return row is not null;
    }, ct);

    public Task<ApiToken?> FindAsync(string hash, CancellationToken ct) => ledger.ReadAsync(async db =>
        await db.ApiTokens.FirstOrDefaultAsync(t => t.Hash == hash && t.RevokedAt == null, ct) is { } row ? Token(row) : null, ct);

    public Task<IReadOnlyList<ApiToken>> ListAsync(CancellationToken ct) => ledger.ReadAsync<IReadOnlyList<ApiToken>>(async db =>
        [.. (await db.ApiTokens.OrderBy(t => t.Id).ToListAsync(ct)).Select(Token)], ct);

    private static ApiToken Token(ApiTokenRow row) => new(row.Name, row.Scopes.Split(' ', StringSplitOptions.RemoveEmptyEntries), row.CreatedAt, row.RevokedAt);
}
