using System.Reflection;
using MetaBridge.Errors;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Specs;

public sealed class SpecJsonTests
{
    private const string Full =
        """
        {"family":"univariate","effect":{"measure":"RR","ai":"tpos","bi":"tneg","ci":"cpos","di":"cneg","add":0.25,"to":"all","drop00":true},
         "mods":"~ ablat + year","method":"ML","test":"knha","level":90,"weights":"w","weighted":false,"btt":[2,3],"subset":"year > 1950",
         "slab":"author","also":["predict","confint"]}
        """;

    [Fact]
    public void Read_AllMembers_AreInTheRecord()
    {
        var spec = Assert.IsType<UnivariateSpec>(SpecJson.Read(Full));
        Assert.Equal(EffectMeasure.RiskRatio, spec.Effect.Measure);
        Assert.Equal("cneg", spec.Effect.Di);
        Assert.Equal(AddRule.All, spec.Effect.AddTo);
        Assert.Equal(0.25, spec.Effect.Add);
        Assert.True(spec.Effect.Drop00);
        Assert.Equal(HeterogeneityMethod.MaximumLikelihood, spec.Method);
        Assert.Equal(CoefficientTest.KnappHartung, spec.Test);
        Assert.Equal(90, spec.Level);
        Assert.False(spec.Weighted);
        Assert.Equal([2, 3], spec.TestedCoefficients!);
        Assert.Equal([FurtherResult.Predictions, FurtherResult.HeterogeneityIntervals], spec.Also!);
    }

    [Fact]
    public void Write_ThenRead_GivesTheSameText() => Assert.Equal(SpecJson.Write(SpecJson.Read(Full)), SpecJson.Write(SpecJson.Read(SpecJson.Write(SpecJson.Read(Full), indented: true))));

    private const string Multilevel =
        """
        {"family":"multilevel","effect":{"measure":"GEN","yi":"yi"},"V":{"cluster":"trial","rvars":["v1i","v2i"]},"mods":"~ x","random":["~ outcome | trial","~ 1 | a/b"],"struct":["UN"],"sigma2":[null,0.1],"tau2":[0.2],"rho":[0.5],"gamma2":[1],"phi":[0],"method":"ML","test":"t","dfs":"contain","level":90,"btt":[2],"W":"w","Rscale":"cor0","dist":"manhattan","subset":"x > 1","slab":"s","also":["confint"]}
        """;

    [Fact]
    public void Multilevel_AllMembers_ReadAndWriteTheSame()
    {
        var spec = Assert.IsType<MultilevelSpec>(SpecJson.Read(Multilevel));
        Assert.Equal(["v1i", "v2i"], spec.Covariance!.Columns!);
        Assert.Equal(["~ outcome | trial", "~ 1 | a/b"], spec.Random);
        Assert.Equal([CovarianceStructure.Unstructured], spec.Structures);
        Assert.Equal([null, 0.1], spec.SigmaSquared!);
        Assert.Equal(DegreesOfFreedomMethod.Containment, spec.DegreesOfFreedom);
        Assert.Equal(Multilevel, SpecJson.Write(spec));
    }

    [Theory]
    [InlineData("""{"family":"multilevel","effect":{},"random":"~ 1 | a"}""", ErrorCode.JsonMalformed, "$.random")]
    [InlineData("""{"family":"multilevel","effect":{},"struct":["XX"]}""", ErrorCode.UnknownName, "$.struct[0]")]
    [InlineData("""{"family":"multilevel","effect":{},"dfs":"between-within"}""", ErrorCode.UnknownName, "$.dfs")]
    [InlineData("""{"family":"multilevel","effect":{},"sigma2":["a"]}""", ErrorCode.JsonMalformed, "$.sigma2[0]")]
    [InlineData("""{"family":"multilevel","effect":{},"V":{"cluster":"a"}}""", ErrorCode.SpecificationInvalid, "$.V")]
    [InlineData("""{"family":"multilevel","effect":{},"V":{"cluster":"a","rho":1,"x":1}}""", ErrorCode.SpecificationInvalid, "$.V.x")]
    public void Multilevel_BadText_SaysWhere(string json, ErrorCode code, string place) => Read_BadText_SaysWhere(json, code, place);

    [Fact]
    public void Write_Defaults_AreLeftOut()
    {
        var spec = new UnivariateSpec { Effect = new EffectSpec { Yi = "y", Vi = "v" } };
        Assert.Equal("""{"family":"univariate","effect":{"measure":"GEN","yi":"y","vi":"v"},"method":"REML"}""", SpecJson.Write(spec));
    }

    [Theory]
    [InlineData("""{"effect":{}}""", ErrorCode.SpecificationInvalid, "$.family")]
    [InlineData("""{"family":"univariate"}""", ErrorCode.SpecificationInvalid, "$.effect")]
    [InlineData("""{"family":"univariate","effect":{},"metod":"DL"}""", ErrorCode.SpecificationInvalid, "$.metod")]
    [InlineData("""{"family":"univariate","effect":{"aj":"x"}}""", ErrorCode.SpecificationInvalid, "$.effect.aj")]
    [InlineData("""{"family":"univariate","effect":{"ai":3}}""", ErrorCode.JsonMalformed, "$.effect.ai")]
    [InlineData("""{"family":"univariate","effect":{},"btt":[1,2.5]}""", ErrorCode.JsonMalformed, "$.btt[1]")]
    [InlineData("""{"family":"univariate","effect":{},"weighted":"yes"}""", ErrorCode.JsonMalformed, "$.weighted")]
    [InlineData("""{"family":"univariate","effect":{},"method":"XX"}""", ErrorCode.UnknownName, "$.method")]
    [InlineData("""{"family":"other","effect":{}}""", ErrorCode.UnknownName, "$.family")]
    [InlineData("""{"family":"univariate","effect":{},"mods":"~a","mods":"~b"}""", ErrorCode.JsonMalformed, "$.mods")]
    [InlineData("[1]", ErrorCode.JsonMalformed, "$")]
    [InlineData("{", ErrorCode.JsonMalformed, "line 1")]
    public void Read_BadText_SaysWhere(string json, ErrorCode code, string place)
    {
        var thrown = Assert.Throws<MetaBridgeException>(() => SpecJson.Read(json));
        Assert.Equal(code, thrown.Code);
        Assert.Contains(place, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Roles_CoverEveryColumnOfAnEffectSpecification()
    {
        var properties = typeof(EffectSpec).GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.PropertyType == typeof(string) && p.Name != nameof(EffectSpec.Vtype));
        foreach (var property in properties)
        {
            var role = Assert.Single(ColumnRole.All, r => string.Equals(r.Name, property.Name, StringComparison.OrdinalIgnoreCase));
            var spec = role.Set(new EffectSpec(), "column");
            Assert.Equal("column", property.GetValue(spec));
            Assert.Equal("column", role.Get(spec));
        }
    }

    [Fact]
    public void Write_EveryKeyword_ReadsBack()
    {
        foreach (var measure in Enum.GetValues<EffectMeasure>())
        {
            var spec = new UnivariateSpec { Effect = new EffectSpec { Measure = measure, Correct = false, Vtype = "UB" } };
            Assert.Equal(spec, SpecJson.Read(SpecJson.Write(spec)));
        }

        foreach (var method in Enum.GetValues<HeterogeneityMethod>())
        {
            var spec = new UnivariateSpec { Effect = new EffectSpec(), Method = method };
            Assert.Equal(spec, SpecJson.Read(SpecJson.Write(spec)));
        }
    }
}
