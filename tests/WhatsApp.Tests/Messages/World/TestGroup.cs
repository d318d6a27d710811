using WhatsApp.Binary;

namespace WhatsApp.Tests.Messages.World;

/// <summary>A group as the service knows it.</summary>
internal sealed class TestGroup(Jid group, bool lidMode)
{
    public Jid Jid { get; } = group;

    public bool LidMode { get; } = lidMode;

    public int Version { get; set; } = 1;

    public List<(Jid Phone, Jid Lid)> Members { get; } = [];

    public bool Holds(TestDevice device) => Members.Exists(member => member.Phone == device.Phone.Bare);

    public TestGroup With(params TestDevice[] devices)
    {
        foreach (var device in devices.Where(device => !Holds(device)))
        {
            Members.Add((device.Phone.Bare, device.Lid.Bare));
        }

        return this;
    }

    public Node Write() => new(
        "group",
        new() { ["id"] = Jid.User, ["subject"] = "Group", ["addressing_mode"] = LidMode ? "lid" : "pn", ["p_v_id"] = Version },
        [.. Members.Select(member => Participant(member.Phone, member.Lid))]);

    public Node Participant(Jid phone, Jid lid) => new("participant", new()
    {
        ["jid"] = LidMode ? lid : phone,
        ["phone_number"] = LidMode ? phone : default(Jid?),
        ["lid"] = LidMode ? default(Jid?) : lid,
    });

    /// <summary>The notification of one change to members, with the version moved on.</summary>
    public Node Change(string child, string id, TestDevice? author, params TestDevice[] subjects)
    {
        var before = Version++;
        return new Node(
            "notification",
            new()
            {
                ["type"] = "w:gp2",
                ["from"] = Jid,
                ["id"] = id,
                ["t"] = 1_772_366_400,
                ["participant"] = author is null ? default(Jid?) : LidMode ? author.Lid.Bare : author.Phone.Bare,
                ["participant_pn"] = author is null || !LidMode ? default(Jid?) : author.Phone.Bare,
            },
            new Node(child, new() { ["prev_v_id"] = before, ["v_id"] = Version }, [.. subjects.Select(subject => Participant(subject.Phone.Bare, subject.Lid.Bare))]));
    }
}
