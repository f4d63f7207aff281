namespace AgentFlow.Tests.Steps;

public class StepPathTests
{
    private static readonly StepPath Root = StepPath.Root("claims");

    public static TheoryData<string> Texts => new(
        "claims", "claims/detect-fraud", "claims/model#2", "claims/risk~3", "claims/risk#2~3", "claims/each/0", "claims/each/17~2", "claims/each/1/model#12/ask");

    [Theory]
    [MemberData(nameof(Texts))]
    public void A_path_reads_back_what_it_writes(string text)
    {
        var path = StepPath.Parse(text);
        Assert.Equal(text, path.ToString());
        Assert.Equal(path, StepPath.Parse(text));
        Assert.Equal(path.GetHashCode(), StepPath.Parse(text).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData("claims/")]
    [InlineData("claims//x")]
    [InlineData("claims/x#1")]
    [InlineData("claims/x#02")]
    [InlineData("claims/#2")]
    [InlineData("claims/~2")]
    [InlineData("claims/x~1")]
    [InlineData("claims/x#y")]
    public void What_no_path_writes_is_refused(string text) => Assert.Throws<FormatException>(() => StepPath.Parse(text));

    [Fact]
    public void A_segment_tells_name_and_number_apart_from_the_attempt()
    {
        var path = Root.Child("risk", 2).Attempt(3);
        Assert.Equal("claims/risk#2~3", path.ToString());
        Assert.Equal("risk", path.Name);
        Assert.Equal(2, path.Number);
        Assert.Equal("", Root.Index(5).Attempt(2).Name);
        Assert.Equal(5, Root.Index(5).Attempt(2).Number);
        Assert.Equal("claims/5~2", Root.Index(5).Attempt(2).ToString());
    }

    [Fact]
    public void Different_uses_of_a_flow_have_different_attempts()
    {
        StepPath[] paths =
        [
            Root.Child("risk"), Root.Child("risk", 2), Root.Child("risk").Attempt(2), Root.Child("risk", 2).Attempt(2), Root.Child("risk", 3).Attempt(2),
            Root.Index(1), Root.Index(2), Root.Index(1).Attempt(2), Root.Index(2).Attempt(2),
        ];
        Assert.Equal(paths.Length, paths.Distinct().Count());
        Assert.Equal(paths.Length, paths.Select(path => path.ToString()).Distinct().Count());
    }

    [Fact]
    public void A_path_lies_within_itself_and_its_ancestors_only()
    {
        var scope = Root.Child("risk");
        Assert.True(scope.IsWithin(scope));
        Assert.True(scope.Child("model").IsWithin(scope));
        Assert.True(scope.Child("model").IsWithin(Root));
        Assert.False(scope.IsWithin(scope.Child("model")));
        Assert.False(scope.Attempt(2).Child("model").IsWithin(scope));
        Assert.False(Root.Child("risk", 2).Child("model").IsWithin(scope));
    }
}
