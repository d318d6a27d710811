namespace Shared.Templates;

/// <summary>Every fault of the template folder, each named by file and key.</summary>
public sealed class TemplateFolderException(IReadOnlyList<string> faults) : Exception(string.Join(Environment.NewLine, faults))
{
    public IReadOnlyList<string> Faults { get; } = faults;
}
