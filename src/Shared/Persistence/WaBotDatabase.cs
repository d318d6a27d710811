using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using Shared.Claims;
using Shared.Members;

namespace Shared.Persistence;

/// <summary>The domain's tables. Instants are Unix milliseconds, enums their numbers.</summary>
internal sealed class WaBotDatabase(DbContextOptions<WaBotDatabase> options) : DbContext(options)
{
    public DbSet<Member> Members => Set<Member>();
    public DbSet<MemberAlias> Aliases => Set<MemberAlias>();
    public DbSet<PresenceRow> Presences => Set<PresenceRow>();
    public DbSet<GroupRow> Groups => Set<GroupRow>();
    public DbSet<Claim> Claims => Set<Claim>();
    public DbSet<ClaimEvent> ClaimEvents => Set<ClaimEvent>();
    public DbSet<ConversationRow> Conversations => Set<ConversationRow>();
    public DbSet<InboxRow> Inbox => Set<InboxRow>();
    public DbSet<OutboxRow> Outbox => Set<OutboxRow>();
    public DbSet<AllocationLeaseRow> Leases => Set<AllocationLeaseRow>();
    public DbSet<SettingRow> Settings => Set<SettingRow>();
    public DbSet<AlertRow> Alerts => Set<AlertRow>();
    public DbSet<QuarantineRow> Quarantines => Set<QuarantineRow>();
    public DbSet<WebhookNonceRow> WebhookNonces => Set<WebhookNonceRow>();
    public DbSet<ApiTokenRow> ApiTokens => Set<ApiTokenRow>();
    public DbSet<AuditRow> Audit => Set<AuditRow>();

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMillisecondsConverter>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Member>(member =>
        {
            member.ToTable("members").HasKey(m => m.Id);
            member.HasIndex(m => m.WaJid).IsUnique();
            member.HasOne<Member>().WithMany().HasForeignKey(m => m.MergedIntoId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<MemberAlias>(alias =>
        {
            alias.ToTable("member_aliases").HasKey(a => a.Jid);
            alias.HasOne<Member>().WithMany().HasForeignKey(a => a.MemberId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<PresenceRow>(presence =>
        {
            presence.ToTable("presences").HasKey(p => new { p.GroupJid, p.MemberId });
            presence.HasOne<Member>().WithMany().HasForeignKey(p => p.MemberId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<GroupRow>().ToTable("groups").HasKey(g => g.Jid);
        modelBuilder.Entity<Claim>(claim =>
        {
            claim.ToTable("claims").HasKey(c => c.Id);
            claim.Property(c => c.Version).IsConcurrencyToken();
            claim.Ignore(c => c.Ref).Ignore(c => c.GraceObserved).Ignore(c => c.GraceExtra);
            claim.Property(c => c.GraceObservedMs);
            claim.Property(c => c.GraceExtraMs);
            claim.HasOne<Member>().WithMany().HasForeignKey(c => c.MemberId).OnDelete(DeleteBehavior.Restrict);
            claim.HasIndex(c => c.State);
            claim.HasIndex(c => c.MemberId, "one_live_claim_per_member").IsUnique().HasFilter($"\"State\" <> {(int)ClaimState.Deleted}");
            claim.HasIndex(c => c.Username, "one_live_claim_per_username").IsUnique().HasFilter($"\"State\" <> {(int)ClaimState.Deleted}");
        });
        modelBuilder.Entity<ClaimEvent>(line =>
        {
            line.ToTable("claim_events").HasKey(e => e.Id);
            line.HasOne<Claim>().WithMany().HasForeignKey(e => e.ClaimId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<ConversationRow>(conversation =>
        {
            conversation.ToTable("conversations").HasKey(c => c.MemberId);
            conversation.Property(c => c.MemberId).ValueGeneratedNever();
            conversation.Property(c => c.Version).IsConcurrencyToken();
            conversation.HasOne<Member>().WithMany().HasForeignKey(c => c.MemberId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<InboxRow>(row =>
        {
            row.ToTable("inbox").HasKey(r => r.Id);
            row.HasIndex(r => new { r.Chat, r.MessageId }).IsUnique().HasFilter("\"MessageId\" IS NOT NULL");
            row.HasIndex(r => new { r.Position, r.Digest }).IsUnique();
            row.HasIndex(r => r.DoneAt);
        });
        modelBuilder.Entity<OutboxRow>(row =>
        {
            row.ToTable("outbox").HasKey(r => r.Id);
            row.HasIndex(r => r.MessageId).IsUnique();
            row.HasIndex(r => r.State);
            row.HasIndex(r => r.ClaimId);
        });
        modelBuilder.Entity<AllocationLeaseRow>(lease =>
        {
            lease.ToTable("allocation_leases").HasKey(l => l.AllocationId);
            lease.Property(l => l.AllocationId).ValueGeneratedNever();
            lease.HasIndex(l => l.ClaimId).IsUnique();
            lease.HasOne<Claim>().WithMany().HasForeignKey(l => l.ClaimId).OnDelete(DeleteBehavior.Restrict);
        });
        modelBuilder.Entity<SettingRow>().ToTable("settings").HasKey(s => s.Key);
        modelBuilder.Entity<AlertRow>(alert =>
        {
            alert.ToTable("alerts").HasKey(a => a.Id);
            alert.HasIndex(a => a.SentAt);
        });
        modelBuilder.Entity<QuarantineRow>(row =>
        {
            row.ToTable("port_quarantines").HasKey(q => q.AllocationId);
            row.Property(q => q.AllocationId).ValueGeneratedNever();
        });
        modelBuilder.Entity<WebhookNonceRow>(row =>
        {
            row.ToTable("webhook_nonces").HasKey(n => n.Nonce);
            row.HasIndex(n => n.At);
        });
        modelBuilder.Entity<ApiTokenRow>(row =>
        {
            row.ToTable("api_tokens").HasKey(t => t.Id);
            row.HasIndex(t => t.Hash).IsUnique();
        });
        modelBuilder.Entity<AuditRow>(row =>
        {
            row.ToTable("audit").HasKey(a => a.Id);
            row.HasIndex(a => a.At);
        });
    }

    private sealed class UnixMillisecondsConverter() : ValueConverter<DateTimeOffset, long>(
        instant => instant.ToUnixTimeMilliseconds(),
        stored => DateTimeOffset.FromUnixTimeMilliseconds(stored));
}
