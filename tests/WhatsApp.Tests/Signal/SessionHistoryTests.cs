using FsCheck.Xunit;
using WhatsApp.Signal;
using WhatsApp.Signal.Wire;

namespace WhatsApp.Tests.Signal;

/// <summary>
/// Arbitrary histories of two devices that send at once over a bad line: messages are lost, overtake one another,
/// come twice, and either side may begin a new session at any time.
/// </summary>
public class SessionHistoryTests
{
    [Property(MaxTest = 150, EndSize = 150)]
    public void Every_message_is_read_once_whatever_the_line_does(int seed, byte[] moves)
    {
        var (alice, bob) = Party.Pair(seed);
        var toBob = new Line(alice, bob);
        var toAlice = new Line(bob, alice);
        foreach (var move in moves)
        {
            var line = (move & 1) == 0 ? toBob : toAlice;
            var choice = move >> 4;
            switch ((move >> 1) & 7)
            {
                case 0 or 1 or 2:
                    line.Send();
                    break;
                case 3 or 4 or 5:
                    line.Deliver(choice);
                    break;
                case 6:
                    line.Repeat(choice);
                    break;
                default:
                    line.LoseOrBeginAnew(choice);
                    break;
            }
        }

        toBob.DeliverAll();
        toAlice.DeliverAll();

        // Whatever has happened, the two can still talk.
        for (var round = 0; round < 3; round++)
        {
            toBob.Send();
            toBob.DeliverAll();
            toAlice.Send();
            toAlice.DeliverAll();
        }
    }

    private sealed class Line(Party from, Party to)
    {
        private const int ChainsKept = 5;
        private readonly List<Sent> _underway = [];
        private readonly List<Sent> _delivered = [];
        private readonly List<string> _ratchetKeys = [];
        private int _count;

        public void Send()
        {
            if (!from.Sessions.HasSession(to.Address))
            {
                from.Sessions.BuildSession(to.Address, to.Publish());
            }

            var text = $"{from.Address} {++_count}";
            var message = from.Write(to, text);
            var ratchetKey = RatchetKeyOf(message);
            if (!_ratchetKeys.Contains(ratchetKey))
            {
                _ratchetKeys.Add(ratchetKey);
            }

            _underway.Add(new Sent(text, message, ratchetKey));
        }

        public void Deliver(int choice)
        {
            if (_underway.Count == 0)
            {
                return;
            }

            var sent = _underway[choice % _underway.Count];
            _underway.Remove(sent);
            if (MayBeTooOld(sent))
            {
                return;
            }

            Assert.Equal(sent.Text, to.Read(from, sent.Message));
            _delivered.Add(sent);
        }

        public void Repeat(int choice)
        {
            if (_delivered.Count == 0)
            {
                return;
            }

            var sent = _delivered[^((choice % _delivered.Count) + 1)];
            var before = to.Store.Image;
            var fault = to.Refuses(from, sent.Message);
            Assert.True(fault == SignalFault.Duplicate || MayBeTooOld(sent), $"{fault}");
            Assert.Equal(before, to.Store.Image);
        }

        public void LoseOrBeginAnew(int choice)
        {
            if (choice % 4 == 0)
            {
                from.Sessions.BuildSession(to.Address, to.Publish());
            }
            else if (_underway.Count > 0)
            {
                _underway.RemoveAt(choice % _underway.Count);
            }
        }

        public void DeliverAll()
        {
            while (_underway.Count > 0)
            {
                Deliver(0);
            }
        }

        /// <summary>Only five chains are kept: a message may be lost to that, and only to that.</summary>
        private bool MayBeTooOld(Sent sent) => _ratchetKeys.Count - 1 - _ratchetKeys.IndexOf(sent.RatchetKey) >= ChainsKept;

        private static string RatchetKeyOf(Ciphertext message) => Convert.ToHexString(
            SignalMessage.Parse(message.Type == CiphertextType.PreKeyMessage ? PreKeySignalMessage.Parse(message.Bytes).Message : message.Bytes).RatchetKey);

        private sealed record Sent(string Text, Ciphertext Message, string RatchetKey);
    }
}
