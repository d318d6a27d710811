using WhatsApp.Binary;

namespace Sandbox.Service.Stanzas;

/// <summary>A message damaged on its way: the last byte of each ciphertext has one bit flipped.</summary>
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
        damaged[^1] ^= 1;
        return new Node(child.Tag, child.Attributes, damaged);
    }
}
