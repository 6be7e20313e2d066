using MetaBridge.Specs;
using MetaBridge.Stratified;
using Xunit;

namespace MetaBridge.Tests.Stratified;

/// <summary>Leave-one-out and cumulative results are those of fits to the tables that are left.</summary>
public sealed class SequenceTests
{
    private const int Count = 12;

    public static TheoryData<EffectMeasure, AddRule, bool> Rules
    {
        get
        {
            var data = new TheoryData<EffectMeasure, AddRule, bool>();
            foreach (var measure in Tables.Measures)
            {
                foreach (var rule in Enum.GetValues<AddRule>())
                {
                    data.Add(measure, rule, false);
                    data.Add(measure, rule, true);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void LeaveOneOut_IsTheFitToTheOthers(EffectMeasure measure, AddRule rule, bool drop00)
    {
        var (tables, settings) = Sparse(rule, drop00);
        var fit = tables.Fit(measure, settings with { Also = [FurtherResult.LeaveOneOut] });
        var sequence = fit.LeaveOneOut!;
        Assert.Equal(fit.TableCount, sequence.Estimates.Length);
        var row = 0;
        for (var left = 0; left < Count; left++)
        {
            if (!fit.NotPooled.Contains(left))
            {
                AssertSame(tables.Take(Enumerable.Range(0, Count).Where(i => i != left)).Fit(measure, settings), sequence, row++);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Cumulative_IsTheFitToTheFirst(EffectMeasure measure, AddRule rule, bool drop00)
    {
        var (tables, settings) = Sparse(rule, drop00);
        var fit = tables.Fit(measure, settings with { Also = [FurtherResult.Cumulative] });
        var row = 0;
        for (var last = 0; last < Count; last++)
        {
            if (!fit.NotPooled.Contains(last))
            {
                AssertSame(tables.Take(Enumerable.Range(0, last + 1)).Fit(measure, settings), fit.Cumulative!, row++);
            }
        }
    }

    /// <summary>Tables with zero cells, one without events among them; the first has all cells.</summary>
    private static (Tables Tables, StratifiedSettings Settings) Sparse(AddRule rule, bool drop00)
    {
        var tables = Tables.Random(5, Count, most: 9);
        (tables.A[3], tables.A[7], tables.C[7], tables.C[10]) = (0, 0, 0, 0);
        return (tables, new StratifiedSettings { Observed = new(0.5, rule, true), Pooling = new(0.25, rule, drop00) });
    }

    private static void AssertSame(StratifiedFit fit, StratifiedSequence sequence, int row)
    {
        var c = fit.Coefficients;
        Fixtures.AssertClose(c.Estimates[0], sequence.Estimates[row], 1e-12, $"estimate {row}", floor: c.StandardErrors[0]);
        Fixtures.AssertClose(c.StandardErrors[0], sequence.StandardErrors[row], 1e-12, $"standard error {row}");
        Fixtures.AssertClose(c.PValues[0], sequence.PValues[row], 1e-10, $"p-value {row}");
        Fixtures.AssertClose(c.Lower[0], sequence.Lower[row], 1e-11, $"lower limit {row}", floor: c.StandardErrors[0]);
        Fixtures.AssertClose(fit.Heterogeneity.Statistic, sequence.Q[row], 1e-11, $"Q {row}", floor: 1);
        Fixtures.AssertClose(fit.Heterogeneity.PValue, sequence.QPValues[row], 1e-10, $"p-value of Q {row}");
        Fixtures.AssertClose(fit.ISquared, sequence.ISquared[row], 1e-11, $"I2 {row}", floor: 100);
        Fixtures.AssertClose(fit.HSquared, sequence.HSquared[row], 1e-11, $"H2 {row}", floor: 1);
    }
}
