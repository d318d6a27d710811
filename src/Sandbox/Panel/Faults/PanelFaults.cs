namespace Sandbox.Panel.Faults;

/// <summary>The switches that are on. Each request takes at most one of them.</summary>
internal sealed class PanelFaults(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly List<Armed> armed = [];

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
            return hit?.Fault;
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
