using WhatsApp.Binary;

namespace WhatsApp.Tests.Binary;

internal static class NodeComparison
{
    /// <summary>The same tag, attributes in order and content; a text may have become bytes on the way.</summary>
    public static void AssertSame(Node expected, Node actual)
    {
        Assert.Equal(expected.Tag, actual.Tag);
        Assert.Equal(expected.Attributes.Count, actual.Attributes.Count);
        for (var index = 0; index < expected.Attributes.Count; index++)
        {
            Assert.Equal(expected.Attributes[index].Key, actual.Attributes[index].Key);
            Assert.Equal(expected.Attributes[index].Value.Text, actual.Attributes[index].Value.Text);
            if (expected.Attributes[index].Value.TypedJid is { } jid)
            {
                Assert.Equal(jid, actual.Attributes[index].Value.Jid);
            }
        }

        Assert.Equal(expected.Children.Count, actual.Children.Count);
        Assert.Equal(expected.Bytes?.ToArray(), actual.Bytes?.ToArray());
        foreach (var (one, other) in expected.Children.Zip(actual.Children))
        {
            AssertSame(one, other);
        }
    }
}
