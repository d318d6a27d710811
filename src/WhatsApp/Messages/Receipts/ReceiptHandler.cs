using WhatsApp.Binary;
using WhatsApp.Identity;
using WhatsApp.Messages.Receiving;
using WhatsApp.Peers;
using WhatsApp.Store;

namespace WhatsApp.Messages.Receipts;

/// <summary>Takes in receipts for messages of ours. In groups only the first device's receipt of each state is an event: a thousand would say no more.</summary>
internal sealed class ReceiptHandler(ISessionDatabase database, EventStream events, TimeProvider time)
{
    private const int MaxIds = 256;
    private const int MaxPeople = 2048;

    public async Task HandleAsync(Node receipt, CancellationToken cancellationToken)
    {
        OutboundState? state = receipt["type"] switch
        {
            null or "inactive" => OutboundState.Delivered,
            "read" or "played" => OutboundState.Read,
            _ => null, // our own other devices, and kinds that say nothing about a message of ours
        };
        if (state is null || receipt.JidOf("from") is not { } from)
        {
            return;
        }

        if (from.IsGroup && receipt.Child("participants") is not null)
        {
            if (await database.RunAsync("receipt-received", store => ApplyMany(store, receipt, from, state.Value), cancellationToken).ConfigureAwait(false))
            {
                events.Wake();
            }

            return;
        }

        var ids = IdsOf(receipt);
        var sender = from.IsGroup ? receipt.JidOf("participant") : from;
        if (sender is not { IsPerson: true } by || ids.Count == 0)
        {
            return;
        }

        if (await database.RunAsync("receipt-received", store => Apply(store, receipt, ids, from, by, state.Value), cancellationToken).ConfigureAwait(false))
        {
            events.Wake();
        }
    }

    private bool Apply(SessionTransaction store, Node receipt, IReadOnlyList<string> ids, Jid from, Jid by, OutboundState state)
    {
        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var person = people.PeerOf(by);
        if (own.Owns(person))
        {
            return false;
        }

        var news = false;
        var at = TimeOf(receipt);
        foreach (var id in ids)
        {
            var isOurs = store.Outbound.Find(id) is { } row && people.ChatOf(row.Chat) == people.ChatOf(from);
            if (isOurs && store.Outbound.MarkSeen(id, state))
            {
                Raise(store, id, people.ChatOf(from), person, state, at, receipt["offline"] is not null);
                news = true;
            }
        }

        return news;
    }

    /// <summary><c>&lt;participants key=message&gt;{&lt;user jid t/&gt;}</c>: one message and all who have it by now.</summary>
    private bool ApplyMany(SessionTransaction store, Node receipt, Jid group, OutboundState state)
    {
        var own = OwnAccount.Of(store);
        var people = new People(store, own, time);
        var news = false;
        foreach (var list in receipt.ChildrenOf("participants").Take(MaxIds))
        {
            if (list["key"] is not { } id || store.Outbound.Find(id) is not { } row || row.Chat != group)
            {
                continue;
            }

            var receipts = list.ChildrenOf("user").Take(MaxPeople)
                .Where(user => user.JidOf("jid") is { IsPerson: true })
                .Select(user => (Person: people.PeerOf(user.JidOf("jid")!.Value), At: TimeOf(user)))
                .Where(item => !own.Owns(item.Person))
                .DistinctBy(item => item.Person)
                .ToList();
            if (receipts.Count == 0)
            {
                continue;
            }

            var offline = receipt["offline"] is not null;
            if (store.Outbound.MarkSeen(id, state))
            {
                Raise(store, id, group, receipts[0].Person, state, receipts[0].At, offline);
            }

            var at = receipts.Max(item => item.At);
            var stored = new StoredEvent
            {
                Kind = EventKind.Receipts,
                At = at.ToUnixTimeMilliseconds(),
                Offline = offline,
                Id = id,
                Chat = group.ToString(),
                Members = [.. receipts.Select(item => new StoredMember(item.Person.ToString(), null, null, IsAdmin: false))],
                Times = [.. receipts.Select(item => item.At.ToUnixTimeMilliseconds())],
                Change = (int)(state == OutboundState.Read ? MessageState.Read : MessageState.Delivered),
            };
            news |= store.Inbound.Add(StoreKey.Of("receipts", $"{group}|{receipt["id"]}|{id}|{state}"), nameof(EventKind.Receipts), stored.Write(), receipt: null, at, offline) is not null;
        }

        return news;
    }

    private DateTimeOffset TimeOf(Node node) =>
        long.TryParse(node["t"], out var seconds) && seconds is > 0 and < 253_402_300_799 ? DateTimeOffset.FromUnixTimeSeconds(seconds) : time.GetUtcNow();

    private static void Raise(SessionTransaction store, string id, Jid chat, PeerId by, OutboundState state, DateTimeOffset at, bool offline)
    {
        var stored = new StoredEvent
        {
            Kind = EventKind.State,
            At = at.ToUnixTimeMilliseconds(),
            Offline = offline,
            Id = id,
            Chat = chat.ToString(),
            Person = new StoredMember(by.ToString(), null, null, IsAdmin: false),
            Change = (int)(state == OutboundState.Read ? MessageState.Read : MessageState.Delivered),
        };
        store.Inbound.Add(chat.IsPerson ? StoreKey.Of("state", by, $"{id}|{state}") : StoreKey.Of("state", $"{chat}|{id}|{state}"), nameof(EventKind.State), stored.Write(), receipt: null, at, offline);
    }

    private static List<string> IdsOf(Node receipt)
    {
        var more = receipt.Child("list")?.ChildrenOf("item").Select(item => item["id"]) ?? [];
        return [.. more.Prepend(receipt["id"]).OfType<string>().Distinct().Take(MaxIds)];
    }
}
