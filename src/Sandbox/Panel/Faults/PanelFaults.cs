namespace Sandbox.Panel.Faults;

/// <summary>The switches that are on. Each request takes at most one of them.</summary>
internal sealed class PanelFaults(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<Armed> armed = [];
    private PanelFaultDice? dice;

    /// <summary>A request was met by <see cref="PanelFaultKind.Hang"/> and will never be answered.</summary>
    public event Action? Hung;

    public void TellHung() => Hung?.Invoke();

    /// <summary>From now on chance decides too, where no switch meets a request; null ends it.</summary>
    public void Roll(PanelFaultDice? newDice)
    {
        lock (gate)
        {
            dice = newDice;
        }
    }

    public void Add(PanelFault fault)
    {
        lock (gate)
        {
            armed.Add(new Armed(fault));
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            armed.Clear();
            dice = null;
        }
    }

    public IReadOnlyList<PanelFault> Active
    {
        get
        {
            lock (gate)
            {
                return [.. armed.Where(item => !item.IsSpent).Select(item => item.Fault)];
            }
        }
    }

    public PanelFault? TakeFor(string route)
    {
        lock (gate)
        {
            var now = time.GetUtcNow();
            var hit = armed.Find(item => item.Meets(route, now));
            armed.RemoveAll(item => item.IsSpent);
            return hit?.Fault ?? dice?.Draw(route);
        }
    }

    private sealed class Armed(PanelFault fault)
    {
        private int seen;
        private int used;

        public PanelFault Fault => fault;

        public bool IsSpent => used >= (fault.Times ?? int.MaxValue);

        public bool Meets(string route, DateTimeOffset now)
        {
            if (IsSpent || (fault.Route != "*" && fault.Route != route) || now < fault.From || now >= fault.Until || seen++ < fault.Skip)
            {
                return false;
            }

            used++;
            return true;
        }
    }
}
