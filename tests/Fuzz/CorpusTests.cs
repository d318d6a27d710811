namespace Fuzz;

/// <summary>What was found once is never found again: every input of the corpus is read in the tests of every day.</summary>
public class CorpusTests
{
    public static TheoryData<string> Targets => [.. FuzzTargets.All.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_input_of_the_corpus_is_read_or_refused_as_it_should_be(string target)
    {
        var door = FuzzTargets.All[target];
        IReadOnlyList<byte[]> inputs = [.. door.Seeds(), .. Corpus.Read(target)];

        Assert.NotEmpty(inputs);
        Assert.All(inputs, door.Run);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Changed_inputs_are_read_or_refused_as_they_should_be(string target)
    {
        var door = FuzzTargets.All[target];
        var mutator = new Mutator(new Random(20261122), [.. door.Seeds(), .. Corpus.Read(target)]);

        for (var round = 0; round < 300; round++)
        {
            door.Run(mutator.Next());
        }
    }

    [Fact]
    public void Every_file_of_the_corpus_belongs_to_a_target() =>
        Assert.Empty(Directory.EnumerateFiles(Corpus.Folder).Select(Path.GetFileNameWithoutExtension).Except(FuzzTargets.All.Keys));
}
