using System.Globalization;
using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Shared;
using Shared.Claims;
using Shared.Members;
using Shared.Notices;
using Shared.Options;
using Shared.Outbox;
using Shared.Persistence;
using Shared.Secrets;

namespace Benchmarks;

/// <summary>
/// One claim from its submission to active, without the panel and without waiting: the eight durable commits (WAL,
/// synchronous=FULL) on a real file that a claim costs in the domain.
/// </summary>
public class ClaimBenchmarks
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wabot-benchmark-");
    private ServiceProvider _services = null!;
    private IClaimService _claims = null!;
    private int _number;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        var services = new ServiceCollection();
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        services.AddSingleton<INoticeWriter, PlainNotices>();
        services.AddSingleton<IMessageIds, CountedIds>();
        services.AddSingleton<ISecretProtector, PlainProtector>();
        services.AddSingleton(new GroupOptions { TargetIds = ["120363000000000001@g.us"] });
        services.AddSingleton(new ClaimsOptions());
        services.AddSingleton(new PanelOptions { BaseAddress = new Uri("http://127.0.0.1:1"), ApiKey = "none" });
        services.AddSharedDomain(Path.Combine(_folder.FullName, "wabot.db"));
        _services = services.BuildServiceProvider();
        await _services.GetRequiredService<IDomainDatabase>().OpenAsync(CancellationToken.None);
        _claims = _services.GetRequiredService<IClaimService>();
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        await _services.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }

    [Benchmark]
    public async Task<Claim> FromSubmissionToActive()
    {
        var number = ++_number;
        var jid = string.Create(CultureInfo.InvariantCulture, $"6280{number:0000000}@s.whatsapp.net");
        var member = await _services.GetRequiredService<IMemberDirectory>().ResolveAsync(new MemberIdentity(jid, jid), jid, CancellationToken.None);
        var name = string.Create(CultureInfo.InvariantCulture, $"user{number}");
        var submitted = await _claims.SubmitAsync(new NewClaim(member.Id, "nodejs", name), CancellationToken.None);
        var claim = submitted.Claim ?? throw new InvalidOperationException("The claim was refused.");
        claim = Done(await _claims.PlanAccountAsync(claim.Ref, name, "Abcdefghijklmnopqrstuvwxyz012345", CancellationToken.None));
        claim = Done(await _claims.SaveAccountAsync(claim.Ref, number, name, CancellationToken.None));
        claim = Done(await _claims.LeaseAllocationAsync(claim.Ref, 1, number, "127.0.0.1", 30000, CancellationToken.None));
        claim = Done(await _claims.SaveServerAsync(claim.Ref, new PanelServerIds(number, "12ab34cd", 1, number, "127.0.0.1", 30000), CancellationToken.None));
        claim = Done(await _claims.SaveInstalledAsync(claim.Ref, CancellationToken.None));
        return Done(await _claims.MarkActiveAsync(claim.Ref, CancellationToken.None));
    }

    private static Claim Done(ClaimChange change) =>
        change is { Outcome: ClaimOutcome.Done, Claim: { } claim } ? claim : throw new InvalidOperationException($"The step was refused: {change.Outcome}.");

    private sealed class PlainNotices : INoticeWriter
    {
        public string Write(Notice notice, Language language) => notice.GetType().Name;
    }

    private sealed class CountedIds : IMessageIds
    {
        private int _last;

        public string New() => string.Create(CultureInfo.InvariantCulture, $"3EB0{++_last:X18}");
    }

    private sealed class PlainProtector : ISecretProtector
    {
        public byte[] Protect(ReadOnlySpan<byte> plain, string purpose) => plain.ToArray();

        public byte[] Unprotect(ReadOnlySpan<byte> cipher, string purpose) => cipher.ToArray();
    }
}
