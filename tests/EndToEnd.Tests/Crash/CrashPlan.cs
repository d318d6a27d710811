using EndToEnd.Tests.Crash.Acts;
using Shared.FailPoints;
using WhatsApp.Store;

namespace EndToEnd.Tests.Crash;

/// <summary>Which class plays a case; two of them run at a time.</summary>
public enum CrashGroup
{
    Claiming,
    Leaving,
    Talking,
    Running,
    Linking,
}

/// <summary>One name of the list and the story that meets it.</summary>
/// <param name="Name">Without ".before" and ".after".</param>
/// <param name="Group">Who plays it.</param>
/// <param name="Story">Arms the scene when its moment has come.</param>
/// <param name="Kills">Where the bot dies, in this order.</param>
internal sealed record CrashCase(string Name, CrashGroup Group, Func<Scene, Task> Story, IReadOnlyList<string> Kills)
{
    /// <summary>The member is in the group when the story begins.</summary>
    public bool Joins { get; init; } = true;

    /// <summary>The bot is linked by a typed code instead of a QR.</summary>
    public bool ByCode { get; init; }
}

/// <summary>The one list of fail points, and which story meets which.</summary>
internal static class CrashPlan
{
    /// <summary>Names without ".before" and ".after".</summary>
    public static readonly IReadOnlyList<string> All = [.. FailPointNames.Commits, .. FailPointNames.PanelCalls, .. SessionFailPoints.Commits.Select(name => SessionFailPoints.Prefix + name)];

    /// <summary>Names no sandbox can meet, each with the test that throws or kills at that very point.</summary>
    public static readonly IReadOnlyDictionary<string, string> ProvedElsewhere = new Dictionary<string, string>
    {
        ["claims.submit"] = "Shared.Tests.Claims.CreationTests.Killed_around_the_commit_of_a_submission_there_is_one_claim_or_none",
        ["claims.retryElsewhere"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["claims.queue"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["claims.holdDeletion"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["ports.quarantine"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["ports.release"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["claims.restore"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["claims.recreate"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["reconcile.save"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["panel.listUsers"] = "Provisioning.Tests.Reconcile.ReconcileTests.Killed_in_the_middle_of_a_comparison_nothing_is_kept_and_the_next_one_is_whole",
        ["tokens.add"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["tokens.revoke"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["operators.pause"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["operators.protect"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["operators.audit"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["claims.upgrade"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["claims.extendGrace"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        ["panel.updateBuild"] = "Provisioning.Tests.Servers.ServerLimitsTests.Killed_around_an_upgrade_the_next_one_brings_the_panel_to_what_the_claim_says",
        ["webhook.remember"] = "Shared.Tests.Claims.GuardTests.Killed_around_a_commit_it_is_whole_or_not_at_all_and_the_second_try_ends_it",
        // It only deletes what is older than a week by the session's own clock, which no sandbox can move.
        ["whatsapp.messaging-login"] = "WhatsApp.Tests.Messages.TidyingTests.Killed_around_the_tidying_after_a_login_old_messages_are_gone_after_the_next_one_and_new_ones_are_kept",
        // The commit follows every first private message within the week; its story is told without the sandbox.
        ["whatsapp.token-issued"] = "WhatsApp.Tests.Governor.TokenTests.Killed_around_noting_a_given_token_it_is_given_once_more_or_not_at_all",
        ["whatsapp.history-learned"] = "WhatsApp.Tests.History.HistoryTests.Killed_around_learning_a_piece_it_is_learned_after_the_next_login",
        ["whatsapp.timelock-told"] = "WhatsApp.Tests.Governor.ChatAccessTests.Killed_around_a_time_lock_s_notice_the_lock_stands_after_it_came_again",
        // They follow a device list the service knows better, a LID it refuses, a phone set up anew beside its companion, or weeks and days of the session's clock.
        ["whatsapp.missed-answered"] = "WhatsApp.Tests.Messages.Sending.WireAddressTests.A_resend_to_devices_left_out_that_is_cut_off_leaves_the_message_and_the_list_right",
        ["whatsapp.placeholder-asked"] = "WhatsApp.Tests.Messages.Receiving.PlaceholderTests.Killed_around_asking_the_phone_it_is_asked_after_the_next_login_or_not_again",
        ["whatsapp.number-preferred"] = "WhatsApp.Tests.Messages.Sending.WireAddressTests.Whose_LID_was_refused_is_written_to_by_number_for_a_day_and_nobody_else_is",
        ["whatsapp.identity-renewed"] = "WhatsApp.Tests.Identity.CompanionCheckTests.A_person_set_up_anew_with_a_companion_is_believed_once_the_phone_itself_shows_the_new_key",
        ["whatsapp.signed-prekey-made"] = "WhatsApp.Tests.Login.KeyCareTests.Killed_around_a_rotation_the_service_and_we_end_at_the_same_key",
        ["whatsapp.signed-prekey-current"] = "WhatsApp.Tests.Login.KeyCareTests.Killed_around_a_rotation_the_service_and_we_end_at_the_same_key",
        ["whatsapp.signed-prekey-refused"] = "WhatsApp.Tests.Login.KeyCareTests.A_refused_rotation_is_tried_again_a_day_later_with_the_same_key",
        ["whatsapp.keys-checked"] = "WhatsApp.Tests.Login.KeyCareTests.Killed_around_noting_a_comparison_the_next_one_comes_at_once_or_a_day_later",
    };

    private static readonly CrashCase[] Cases =
    [
        .. Of(CrashGroup.Claiming, ClaimActs.ClaimAsync,
            "turns.save", "claims.planAccount", "claims.saveAccount", "claims.leaseAllocation", "claims.saveServer", "claims.saveInstalled", "claims.markActive",
            "panel.findUser", "panel.createUser", "panel.createServer", "panel.listServers", "panel.listNodes"),
        .. Of(CrashGroup.Claiming, ClaimActs.ClaimAsync, "panel.updateUser").After("panel.createUser.after"),
        .. Of(CrashGroup.Claiming, ClaimActs.WaitForPanelAsync, "claims.defer"),
        .. Of(CrashGroup.Leaving, ClaimActs.FailAndRetryAsync, "claims.recordFailure", "alerts.sent"),
        .. Of(CrashGroup.Leaving, ClaimActs.RetryByOperatorAsync, "claims.retry"),
        .. Of(CrashGroup.Leaving, ClaimActs.AlertLaterAsync, "alerts.postpone"),
        .. Of(CrashGroup.Leaving, ClaimActs.FailForGoodAsync, "claims.fail"),
        .. Of(CrashGroup.Leaving, ClaimActs.CleanUpAsync, "claims.cleanUpFailed"),
        .. Of(CrashGroup.Leaving, LeaveActs.ReturnAsync, "roster.applyEvents", "whatsapp.group-notification"),
        .. Of(CrashGroup.Leaving, LeaveActs.DeleteAsync,
            "grace.observe", "claims.beginDeletion", "claims.saveDeletionStep", "claims.markDeleted",
            "panel.findServer", "panel.suspendServer", "panel.deleteServer", "panel.deleteUser"),
        .. Of(CrashGroup.Leaving, LeaveActs.LeaveWhileCreatingAsync, "claims.saveFound").After("panel.createUser.after"),
        .. Of(CrashGroup.Leaving, LeaveActs.ResumeAsync, "claims.resumeDeletion"),
        .. Of(CrashGroup.Talking, TalkActs.TalkAsync,
            "inbox.store", "inbox.attempt", "members.resolve", "outbox.sent", "outbox.receipt",
            "whatsapp.message-received", "whatsapp.event-acknowledged", "whatsapp.receipt-received", "whatsapp.message-sent", "whatsapp.message-acked",
            "whatsapp.device-lists", "whatsapp.groups-read"),
        .. Of(CrashGroup.Talking, TalkActs.TalkAsync, "whatsapp.receipts-noted").After("whatsapp.event-acknowledged.after"),
        .. Of(CrashGroup.Talking, TalkActs.StrangerAsync, "members.learn", "inbox.done").Select(item => item with { Joins = false }),
        .. Of(CrashGroup.Talking, TalkActs.RefusedForNowAsync, "outbox.postpone"),
        .. Of(CrashGroup.Talking, TalkActs.RefusedForGoodAsync, "outbox.failed"),
        .. Of(CrashGroup.Talking, TalkActs.GarbledAsync, "whatsapp.retry-checked", "whatsapp.retry-answered"),
        .. Of(CrashGroup.Talking, TalkActs.GarbledInGroupAsync, "whatsapp.retry-repaired"),
        .. Of(CrashGroup.Talking, TalkActs.ReaddressedAsync, "whatsapp.send-refused"),
        .. Of(CrashGroup.Talking, TalkActs.NewCompanionAsync, "whatsapp.devices-changed"),
        .. Of(CrashGroup.Talking, TalkActs.ReinstalledAsync, "whatsapp.identity-changed"),
        .. Of(CrashGroup.Talking, TalkActs.TokenAsync, "whatsapp.token-given"),
        .. Of(CrashGroup.Running, RunActs.RestartAsync, "grace.announce", "panel.readEgg", "roster.applyRead", "whatsapp.edge-routing", "whatsapp.groups-stale"),
        .. Of(CrashGroup.Running, RunActs.AgeAsync, "outbox.sweep", "inbox.purge"),
        .. Of(CrashGroup.Running, RunActs.FreezeAsync, "breaker.freeze"),
        .. Of(CrashGroup.Running, RunActs.UnfreezeAsync, "breaker.unfreeze"),
        .. Of(CrashGroup.Running, RunActs.HiddenGroupAsync, "whatsapp.group-forgotten", "alerts.add"),
        .. Of(CrashGroup.Running, RunActs.UnlinkedAsync, "whatsapp.quarantine"),
        .. Of(CrashGroup.Linking, LinkActs.NoneAsync, "whatsapp.adv-secret").Select(item => item with { ByCode = true }),
        .. Of(CrashGroup.Linking, LinkActs.NoneAsync, "whatsapp.device-made", "whatsapp.client-version", "whatsapp.paired", "whatsapp.login", "whatsapp.prekeys-made", "whatsapp.prekeys-uploaded"),
    ];

    public static IEnumerable<string> Met => Cases.Select(item => item.Name);

    /// <summary>Both kills in one story; with WABOT_LONG each in a story of its own.</summary>
    public static IEnumerable<TheoryDataRow<string>> Rows(CrashGroup group) =>
        Cases.Where(item => item.Group == group).SelectMany(Keys).Select(key => new TheoryDataRow<string>(key));

    public static CrashCase Find(string key)
    {
        var crash = Cases.First(item => Keys(item).Contains(key));
        return key == crash.Name ? crash : crash with { Kills = [.. crash.Kills.Where(kill => kill == key || !kill.StartsWith(crash.Name + ".", StringComparison.Ordinal))] };
    }

    private static string[] Keys(CrashCase item) =>
        Environment.GetEnvironmentVariable("WABOT_LONG") == "1" ? [FailPointNames.Before(item.Name), FailPointNames.After(item.Name)] : [item.Name];

    private static IEnumerable<CrashCase> Of(CrashGroup group, Func<Scene, Task> story, params string[] names) =>
        names.Select(name => new CrashCase(name, group, story, [FailPointNames.Before(name), FailPointNames.After(name)]));

    private static IEnumerable<CrashCase> After(this IEnumerable<CrashCase> cases, string kill) => cases.Select(item => item with { Kills = [kill, .. item.Kills] });
}
