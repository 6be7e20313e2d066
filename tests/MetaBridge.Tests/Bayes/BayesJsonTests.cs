using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Reporting;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Bayes;

public class BayesJsonTests
{
    private const string Full =
        """
        {"family":"bayes","effect":{"measure":"GEN","yi":"yi","vi":"vi"},"measure":"SMD","cluster":"district","mods":"~ year","scale":"~ year","weights":"w","ni":"n","subset":"year > 1980","slab":"school","prior_effect":{"distribution":"normal","parameters":{"mean":0.1,"sd":2}},"prior_heterogeneity":{"distribution":"t","parameters":{"location":0,"scale":0.3,"df":4},"truncation":{"lower":0}},"prior_heterogeneity_allocation":{"distribution":"beta","parameters":{"alpha":2,"beta":3}},"prior_mods":{"distribution":"cauchy","parameters":{"location":0,"scale":0.5}},"prior_coefficients":{"year":{"distribution":"uniform","parameters":{"a":-1,"b":1}}},"prior_scale":{"distribution":"point","parameters":{"location":0.25}},"prior_unit_information_sd":1.5,"rescale_priors":0.5,"standardize_continuous_predictors":false,"set_contrast_factor_predictors":"meandif","level":90}
        """;

    [Fact]
    public void Spec_AllMembers_ReadAndWriteTheSame()
    {
        var spec = Assert.IsType<BayesSpec>(SpecJson.Read(Full));
        Assert.Equal(BayesMeasure.StandardizedMeanDifference, spec.Measure);
        Assert.Equal(Prior.HalfStudentT(0.3, 4), spec.PriorHeterogeneity);
        Assert.Equal(Prior.Uniform(-1, 1), spec.PriorCoefficients!["year"]);
        Assert.Equal(FactorContrast.MeanDifference, spec.FactorContrast);
        Assert.Equal(Full.Trim(), SpecJson.Write(spec));
    }

    [Fact]
    public void Spec_PriorsAsTexts_AreRead()
    {
        var spec = Assert.IsType<BayesSpec>(SpecJson.Read(
            """{"family":"bayes","effect":{"yi":"yi","vi":"vi"},"measure":"SMD","prior_effect":"cauchy(0, 0.7)","prior_informed":"medicine"}"""));
        Assert.Equal(Prior.Cauchy(0, 0.7), spec.PriorEffect);
        Assert.Equal("medicine", spec.InformedPriors);
    }

    [Theory]
    [InlineData("""{"family":"bayes","effect":{},"measure":"XX"}""", ErrorCode.UnknownName, "$.measure")]
    [InlineData("""{"family":"bayes","effect":{},"prior_effect":{"distribution":"normal","parameters":{"scale":1}}}""", ErrorCode.PriorInvalid, "$.prior_effect")]
    [InlineData("""{"family":"bayes","effect":{},"prior_effect":{"distribution":"logistic","parameters":{}}}""", ErrorCode.UnknownName, "$.prior_effect.distribution")]
    [InlineData("""{"family":"bayes","effect":{},"prior_effect":{"distribution":"normal","parameters":{"sd":1},"x":1}}""", ErrorCode.SpecificationInvalid, "$.prior_effect.x")]
    [InlineData("""{"family":"bayes","effect":{},"prior_effect":{"distribution":"normal"}}""", ErrorCode.SpecificationInvalid, "$.prior_effect.parameters")]
    [InlineData("""{"family":"bayes","effect":{},"prior_effect":{"distribution":"point","parameters":{"location":1},"truncation":{"lower":0}}}""", ErrorCode.PriorInvalid, "$.prior_effect.truncation")]
    [InlineData("""{"family":"bayes","effect":{},"prior_effect":"normal(0"}""", ErrorCode.PriorInvalid, "normal(0")]
    [InlineData("""{"family":"bayes","effect":{},"clusters":"a"}""", ErrorCode.SpecificationInvalid, "$.clusters")]
    public void Spec_BadText_SaysWhere(string json, ErrorCode code, string place)
    {
        var error = Assert.Throws<MetaBridgeException>(() => SpecJson.Read(json));
        Assert.Equal(code, error.Code);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("normal(0, 0.5)", "normal(0, 0.5)")]
    [InlineData("normal(sd = 0.5, mean = 1)", "normal(1, 0.5)")]
    [InlineData("half-normal(0.25)", "normal(0, 0.25)[0, Inf]")]
    [InlineData("half-t(scale=0.5, df=3)", "t(0, 0.5, 3)[0, Inf]")]
    [InlineData("student(0, 0.5, 3)[-Inf, 0]", "t(0, 0.5, 3)[-Inf, 0]")]
    [InlineData("INVGAMMA(1, 0.15)", "invgamma(1, 0.15)")]
    [InlineData("gamma(2, rate = 4)[0.1, 1]", "gamma(2, 4)[0.1, 1]")]
    [InlineData("uniform(0, 1)", "uniform(0, 1)")]
    [InlineData("lognormal(-1, 0.5)", "lognormal(-1, 0.5)")]
    [InlineData("spike(0)", "point(0)")]
    [InlineData("beta(1, 1)", "beta(1, 1)")]
    public void PriorText_IsReadAndWritten(string text, string canonical)
    {
        var prior = PriorText.Parse(text, "prior");
        Assert.Equal(canonical, PriorText.Write(prior));
        Assert.Equal(prior, PriorText.Parse(canonical, "prior"));
    }

    [Theory]
    [InlineData("normal")]
    [InlineData("normal(0, 1")]
    [InlineData("normal(0, 1, 2)")]
    [InlineData("normal(0, x)")]
    [InlineData("normal(0, 1)[0]")]
    [InlineData("normal(0, 1) and more")]
    [InlineData("half-beta(1, 1)")]
    [InlineData("uniform(0, 1)[0, 2]")]
    [InlineData("beta(mean = 1)")]
    public void PriorText_Malformed_IsRefused(string text) =>
        Assert.Equal(ErrorCode.PriorInvalid, Assert.Throws<MetaBridgeException>(() => PriorText.Parse(text, "prior_effect")).Code);

    [Fact]
    public void Fit_WrittenAndRead_IsTheSame()
    {
        var written = FitJson.Write(SchoolCalendar.Fit);
        var read = Assert.IsType<BayesFit>(FitJson.Read(written));
        Assert.Equal(written, FitJson.Write(read));
        Assert.Equal(SchoolCalendar.Fit.Estimates, read.Estimates);
        Assert.Equal(SchoolCalendar.Fit.Heterogeneity, read.Heterogeneity);
        Assert.Equal(SchoolCalendar.Fit.Priors, read.Priors);
        Assert.Equal(SchoolCalendar.Fit.Quadrature, read.Quadrature);
        Assert.Equal(SchoolCalendar.Fit.ToText(), read.ToText());
    }

    [Fact]
    public void SampledFit_WrittenAndRead_IsTheSame()
    {
        var fit = BayesEngine.Sample(SchoolCalendar.Spec, SchoolCalendar.Data, new SamplerOptions { Draws = 200, Seed = 3 });
        var read = Assert.IsType<BayesFit>(FitJson.Read(FitJson.Write(fit)));
        Assert.Equal(FitJson.Write(fit), FitJson.Write(read));
        Assert.Equal(fit.Sampling!.Diagnostics, read.Sampling!.Diagnostics);
        Assert.Equal(fit.Estimates.Select(row => row.Name), SchoolCalendar.Fit.Estimates.Select(row => row.Name));
        Assert.Equal(fit.Heterogeneity.Select(row => row.Name), SchoolCalendar.Fit.Heterogeneity.Select(row => row.Name));
        Assert.Contains("seed 3", fit.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_BrokenTable_IsNamed()
    {
        var broken = FitJson.Write(SchoolCalendar.Fit).Replace("\"sd.error\"", "\"sd.errors\"", StringComparison.Ordinal);
        var error = Assert.Throws<MetaBridgeException>(() => FitJson.Read(broken));
        Assert.Equal(ErrorCode.JsonMalformed, error.Code);
        Assert.Contains("sd.error", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_HoldsBothTablesThePriorsAndTheErrors()
    {
        var text = SchoolCalendar.Fit.ToText();
        Assert.Contains("tau 0.321 0.058 0.234 0.313 0.459", text, StringComparison.Ordinal);
        Assert.Contains("I2 [within]    34.901 33.676 13.291 63.229", text, StringComparison.Ordinal);
        Assert.Contains("tau ~ normal(0, 0.3536)[0, Inf]", text, StringComparison.Ordinal);
        Assert.Contains("Log marginal likelihood: -13.4466", text, StringComparison.Ordinal);
        Assert.Contains("Computed by quadrature (2 dimensions", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_BeyondTheQuadrature_IsSampled()
    {
        // Five t priors of coefficients, tau and rho: seven dimensions.
        var (yi, vi, cluster) = (new double[40], new double[40], new int[40]);
        var columns = Enumerable.Range(1, 5).Select(c => new NumberColumn(
            "x" + c, [.. Enumerable.Range(0, 40).Select(i => Math.Sin((c * 1.7 * i) + c))])).ToArray();
        for (var i = 0; i < yi.Length; i++)
        {
            (yi[i], vi[i], cluster[i]) = ((0.3 * columns[0].Values[i]) + (0.2 * Math.Cos(3 * i)), 0.04, i / 4);
        }

        var data = new Dataset("wide", [.. SchoolCalendar.Table(yi, vi, cluster).Columns, .. columns]);
        var spec = SchoolCalendar.Spec with { ClusterColumn = "cluster", Moderators = "~ x1 + x2 + x3 + x4 + x5", PriorModerators = Prior.StudentT(0, 0.3, 4) };
        var fit = BayesEngine.Fit(spec, data);
        Assert.NotNull(fit.Sampling);
        Assert.Null(fit.Quadrature);
        Assert.True(fit.Converged);
        Assert.Equal(["intercept", "x1", "x2", "x3", "x4", "x5", "tau", "rho"], fit.Estimates.Select(row => row.Name));
        // The same with the nearest normal priors is within the quadrature's reach; the coefficient that the data know best hardly differs.
        var near = BayesEngine.Fit(spec with { PriorModerators = Prior.Normal(0, 0.4) }, data);
        Assert.NotNull(near.Quadrature);
        Assert.InRange(fit.Estimates[1].Mean.Value - near.Estimates[1].Mean.Value, -0.02, 0.02);
    }
}
