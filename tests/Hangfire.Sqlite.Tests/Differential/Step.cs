namespace Hangfire.Sqlite.Tests.Differential;

/// <summary>One call with its arguments fixed, and what it answered as text.</summary>
internal sealed record Step(string What, Func<Subject, string> Run)
{
    public string Answer(Subject subject)
    {
        try
        {
            return Run(subject);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return "throws " + fault.GetType().Name;
        }
    }
}
