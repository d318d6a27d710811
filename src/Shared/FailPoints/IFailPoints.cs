namespace Shared.FailPoints;

/// <summary>Named places where a test may kill the process or fail a call. Production reaches them and nothing happens.</summary>
public interface IFailPoints
{
    void Reach(string name);
}

public sealed class NoFailPoints : IFailPoints
{
    public void Reach(string name)
    {
    }
}
