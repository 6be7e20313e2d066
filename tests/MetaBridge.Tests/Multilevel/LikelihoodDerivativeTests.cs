using MetaBridge.Multilevel;
using MetaBridge.Multilevel.Shapes;
using Xunit;

namespace MetaBridge.Tests.Multilevel;

/// <summary>The analytic gradient against differences of order 8, and shapes against each other, for every recorded structure.</summary>
public class LikelihoodDerivativeTests
{
    public static TheoryData<string> Cases => [.. Fixture.Ids()];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradient_AgreesWithDifferencesOfOrderEight(string id)
    {
        var (problem, isRestricted, point) = Prepare(id);
        var m = point.Length;
        if (m == 0)
        {
            return;
        }

        var likelihood = problem.Likelihood(isRestricted, point, [.. Enumerable.Repeat(true, m)]);
        var value = likelihood.Value(point);
        Assert.True(double.IsFinite(value));
        var gradient = new double[m];
        var curvature = new double[m * m];
        likelihood.Derivatives(gradient, curvature);
        for (var j = 0; j < m; j++)
        {
            var error = 1 / Math.Sqrt(Math.Max(Math.Abs(curvature[(j * m) + j]), 1e-12));
            var h = 1e-2 * (problem.Layout.Lower[j] == 0 ? Math.Abs(point[j]) : Math.Min(error, 1));
            var difference = Difference(likelihood, point, j, h);
            // A derivative's natural size is that of a step of one standard error.
            var scale = Math.Max(Math.Abs(gradient[j]), Math.Sqrt(Math.Abs(curvature[(j * m) + j])));
            // The difference divides the rounding of the values by the step.
            var rounding = 2 * Rounding(likelihood, point, j) / h;
            Assert.True(Math.Abs(difference - gradient[j]) <= (1e-8 * scale) + rounding, $"parameter {j}: analytic {gradient[j]:R}, difference {difference:R}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EveryShape_GivesTheSameLikelihoodAsDenseBlocks(string id)
    {
        var (problem, isRestricted, point) = Prepare(id);
        if (problem.Shape is BlockShape || point.Length == 0)
        {
            return;
        }

        var fixture = Fixture.Load(id);
        var other = MultilevelModel.Assemble(fixture.Spec(), fixture.Data(), fixture.Matrices()).Problem;
        var terms = Array.ConvertAll(other.Input.Terms, term => term.Term);
        var blocks = new BlockShape(
            BlockLayout.Of(other.Input.RowCount, other.Input.Sampling, terms), other.Input.Sampling, terms, other.Data, other.CoefficientCount + 1);
        bool[] isFree = [.. Enumerable.Repeat(true, point.Length)];
        var ours = new GaussianLikelihood(problem.Shape, problem.Input.RowCount, problem.CoefficientCount, isRestricted, point, isFree);
        var dense = new GaussianLikelihood(blocks, problem.Input.RowCount, problem.CoefficientCount, isRestricted, point, isFree);
        var m = point.Length;
        Assert.Equal(dense.Value(point), ours.Value(point), 1e-9);
        var (g1, g2, c1, c2) = (new double[m], new double[m], new double[m * m], new double[m * m]);
        ours.Derivatives(g1, c1);
        dense.Derivatives(g2, c2);
        for (var i = 0; i < m; i++)
        {
            Assert.Equal(g2[i], g1[i], 1e-8 * Math.Max(1, Math.Sqrt(Math.Abs(c2[(i * m) + i]))));
            for (var j = 0; j < m; j++)
            {
                Assert.Equal(c2[(i * m) + j], c1[(i * m) + j], 1e-8 * Math.Sqrt(Math.Abs(c2[(i * m) + i] * c2[(j * m) + j])) + 1e-12);
            }
        }

        var b = Enumerable.Range(0, problem.Input.RowCount).Select(i => Math.Sin(i)).ToArray();
        var back = problem.Shape.Multiply(problem.Shape.Solve(b, 1), 1);
        var reference = blocks.Solve(b, 1);
        var solved = problem.Shape.Solve(b, 1);
        for (var i = 0; i < b.Length; i++)
        {
            Assert.Equal(b[i], back[i], 1e-9);
            Assert.Equal(reference[i], solved[i], 1e-9 * Math.Max(1, reference.Max(Math.Abs)));
        }
    }

    private static (GaussianProblem Problem, bool IsRestricted, double[] Point) Prepare(string id)
    {
        var fixture = Fixture.Load(id);
        var problem = MultilevelModel.Assemble(fixture.Spec(), fixture.Data(), fixture.Matrices()).Problem;
        // An interior point away from any optimum; fixed parameters keep their values, which may lie on a bound, where no two-sided
        // difference exists, so they are moved inside too.
        var natural = StartingPoints.Of(problem).First()[0];
        for (var i = 0; i < natural.Length; i++)
        {
            natural[i] *= 0.6 + (0.07 * (i % 5));
        }

        var search = new double[natural.Length];
        var layout = problem.Layout;
        for (var t = 0; t < problem.Input.Terms.Length; t++)
        {
            var term = problem.Input.Terms[t].Term;
            var (first, n) = (layout.FirstOf(t), term.ParameterCount);
            term.ToSearch(natural.AsSpan(first, n), search.AsSpan(first, n));
        }

        return (problem, !fixture.IsMaximumLikelihood, search);
    }

    private static double Difference(GaussianLikelihood likelihood, double[] point, int j, double h)
    {
        double[] weights = [4.0 / 5, -1.0 / 5, 4.0 / 105, -1.0 / 280];
        var sum = 0.0;
        for (var s = 0; s < weights.Length; s++)
        {
            var moved = (double[])point.Clone();
            moved[j] = point[j] + ((s + 1) * h);
            var above = likelihood.Value(moved);
            moved[j] = point[j] - ((s + 1) * h);
            sum += weights[s] * (above - likelihood.Value(moved));
        }

        return sum / h;
    }

    // How far values scatter over points that differ by rounding only.
    private static double Rounding(GaussianLikelihood likelihood, double[] point, int j)
    {
        var values = Enumerable.Range(0, 24).Select(i =>
        {
            var moved = (double[])point.Clone();
            moved[j] *= 1 + (i * 1e-15);
            return likelihood.Value(moved);
        }).ToArray();
        return values.Max() - values.Min();
    }
}
