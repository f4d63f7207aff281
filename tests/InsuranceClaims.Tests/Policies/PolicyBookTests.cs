namespace InsuranceClaims.Tests.Policies;

public sealed class PolicyBookTests
{
    [Theory]
    [InlineData("HH-48213-07")]
    [InlineData("hh 48213/07")]
    public void Finds_a_policy_however_its_number_is_written(string number) =>
        Assert.Equal("Margaret Whitlock", Assert.Single(SampleFiles.Policies.LookUp(number).Policies).Holder);

    [Theory]
    [InlineData("Albrecht, Juergen", 1)]
    [InlineData("jürgen albrecht", 1)]
    [InlineData("Owen Gallagher", 2)]
    [InlineData("Gallagher", 0)]
    [InlineData("", 0)]
    public void Finds_policies_by_the_full_name(string name, int count) =>
        Assert.Equal(count, SampleFiles.Policies.LookUp(holderName: name).Policies.Count);

    [Fact]
    public void A_wrong_number_is_not_replaced_by_the_name_silently() =>
        Assert.Equal("nothing", SampleFiles.Policies.LookUp("HH-00000-00", "Owen Gallagher").MatchedBy);

    [Fact]
    public void Broken_data_is_an_error_that_names_the_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """{ "policies": [ { "number": "X" } ] }""");
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => PolicyBook.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(4860, 150, 60000, 4710)]
    [InlineData(92000, 500, 60000, 60000)]
    [InlineData(100, 150, 60000, 0)]
    [InlineData(10.005, 0, 60000, 10.01)]
    public void The_calculator_takes_the_deductible_first_and_the_limit_last(decimal damage, decimal deductible, decimal limit, decimal payable) =>
        Assert.Equal(payable, SettlementCalculator.Calculate(damage, deductible, limit).Payable);

    [Fact]
    public void The_calculator_refuses_negative_money() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SettlementCalculator.Calculate(-1, 0, 0));
}
