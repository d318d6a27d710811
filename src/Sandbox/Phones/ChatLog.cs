using System.Globalization;
using Sandbox.Service;
using Sandbox.Service.State;
using WhatsApp;

namespace Sandbox.Phones;

/// <summary>What a phone shows, each message once, and what it had to throw away.</summary>
internal sealed class ChatLog
{
    private const string Kind = "chat", CountKind = "chat-counts";
    private readonly WorldStore _store;
    private readonly string _account;
    private readonly List<PhoneMessage> _messages;
    private readonly Counts _counts;

    public ChatLog(WorldStore store, string account)
    {
        (_store, _account) = (store, account);
        _messages = [.. store.AllJson<Line>(Kind, $"{account}/").Select(line => line.ToMessage())];
        _counts = store.GetJson<Counts>(CountKind, account) ?? new Counts();
    }

    public IReadOnlyList<PhoneMessage> Messages => _messages;

    public int Duplicates => _counts.Duplicates;

    public int Undecryptable => _counts.Undecryptable;

    /// <summary>Shows a message; false when it is shown already.</summary>
    public bool Add(PhoneMessage message)
    {
        if (_messages.Any(item => item.Id == message.Id && item.Chat == message.Chat && item.From == message.From))
        {
            return false;
        }

        _messages.Add(message);
        Save(_messages.Count - 1);
        return true;
    }

    public PhoneMessage? Find(Jid chat, string id) => _messages.FirstOrDefault(item => item.Id == id && item.Chat == chat);

    /// <summary>Changes a message its own writer wants changed; others are not heard.</summary>
    public void Change(Jid chat, string id, string writer, Func<PhoneMessage, PhoneMessage> change)
    {
        var index = _messages.FindIndex(item => item.Id == id && item.Chat == chat && item.From == writer);
        if (index >= 0)
        {
            _messages[index] = change(_messages[index]);
            Save(index);
        }
    }

    public void CountDuplicate()
    {
        _counts.Duplicates++;
        _store.PutJson(CountKind, _account, _counts);
    }

    public void CountUndecryptable()
    {
        _counts.Undecryptable++;
        _store.PutJson(CountKind, _account, _counts);
    }

    private void Save(int index) =>
        _store.PutJson(Kind, string.Create(CultureInfo.InvariantCulture, $"{_account}/{index:D8}"), Line.Of(_messages[index]));

    private sealed class Counts
    {
        public int Duplicates { get; set; }

        public int Undecryptable { get; set; }
    }

    private sealed record Line(string Id, string Chat, string From, string FromName, bool FromMe, string Text, DateTimeOffset At, bool Edited, bool Revoked)
    {
        public static Line Of(PhoneMessage item) =>
            new(item.Id, item.Chat.ToString(), item.From, item.FromName, item.FromMe, item.Text, item.At, item.Edited, item.Revoked);

        public PhoneMessage ToMessage() => new(Id, Jid.Parse(Chat), From, FromName, FromMe, Text, At, Edited, Revoked);
    }
}
