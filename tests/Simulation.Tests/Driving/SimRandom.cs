using System.Buffers.Binary;
using System.Numerics;
using WhatsApp;

namespace Simulation.Tests.Driving;

/// <summary>Chance by seed: xoshiro256**, so that a seed means the same history on every version of the runtime. Not for keys of anybody.</summary>
internal sealed class SimRandom : IRandomSource
{
    private readonly ulong[] _state = new ulong[4];

    public SimRandom(ulong seed)
    {
        for (var i = 0; i < _state.Length; i++)
        {
            seed += 0x9E37_79B9_7F4A_7C15;
            var mixed = (seed ^ (seed >> 30)) * 0xBF58_476D_1CE4_E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
            _state[i] = mixed ^ (mixed >> 31);
        }
    }

    /// <summary>A stream of its own: what one part draws does not move the others.</summary>
    public static SimRandom For(ulong seed, int stream) => new((seed * 0x1_0000_0001) ^ ((ulong)(uint)stream << 40) ^ 0x5EED);

    public void Fill(Span<byte> buffer)
    {
        while (buffer.Length >= sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(buffer, Next());
            buffer = buffer[sizeof(ulong)..];
        }

        if (buffer.Length > 0)
        {
            Span<byte> last = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(last, Next());
            last[..buffer.Length].CopyTo(buffer);
        }
    }

    /// <summary>0 to <paramref name="below"/> - 1.</summary>
    public int Below(int below) => (int)(Next() % (ulong)below);

    public bool Chance(double share) => (Next() >> 11) / (double)(1UL << 53) < share;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    private ulong Next()
    {
        var result = BitOperations.RotateLeft(_state[1] * 5, 7) * 9;
        var shifted = _state[1] << 17;
        _state[2] ^= _state[0];
        _state[3] ^= _state[1];
        _state[1] ^= _state[2];
        _state[0] ^= _state[3];
        _state[2] ^= shifted;
        _state[3] = BitOperations.RotateLeft(_state[3], 45);
        return result;
    }
}
