using WhatsApp.Binary;

namespace Sandbox.Service.Stanzas;

/// <summary>
/// A message damaged on its way: one bit flipped at three quarters of each ciphertext. Not in the last bytes: those of a pkmsg
/// name the signed prekey, which a receiver that already holds the session never looks at.
/// </summary>
internal static class Corruption
{
    public static Node Of(Node message) => new(message.Tag, message.Attributes, [.. message.Children.Select(Child)]);

    private static Node Child(Node child)
    {
        if (child.Tag != "enc" || child.Bytes is not { Length: > 0 } bytes)
        {
            return child;
        }

        var damaged = bytes.ToArray();
        damaged[damaged.Length * 3 / 4] ^= 1;
        return new Node(child.Tag, child.Attributes, damaged);
    }
}
