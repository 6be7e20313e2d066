using MetaBridge.Data;
using MetaBridge.Multilevel;
using MetaBridge.Specs;
using Xunit;

namespace MetaBridge.Tests.Multilevel.HighPrecision;

/// <summary>
/// Gradient and average information of every structure in every shape of covariance, against differences of an independent likelihood in
/// 32 digits: to 1e-8 of their size, and in fact much closer.
/// </summary>
public class DerivativeTests
{
    // Relative to the size of a derivative at a step of one standard error; issue and docs promise 1e-8.
    private const double Tolerance = 1e-10;

    private static readonly int[] Study = [0, 0, 0, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4];
    private static readonly int[] Arm = [0, 1, 2, 0, 2, 0, 1, 2, 2, 0, 1, 2, 1, 0, 2];
    private static readonly int[] Lab = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2];
    private static readonly double[] Times = [0, 0.5, 1.75];
    private static readonly double[] Yi = [0.31, -0.2, 0.85, 0.4, 1.2, -0.6, 0.05, 0.33, 0.71, 0.9, 1.4, 0.2, -0.35, 0.6, 0.1];
    private static readonly double[] Vi = [0.05, 0.12, 0.08, 0.2, 0.09, 0.04, 0.3, 0.11, 0.07, 0.15, 0.06, 0.1, 0.25, 0.05, 0.14];
    private static readonly double[] Slope = [0.2, -1, 0.7, 1.3, -0.4, 0.9, -0.8, 0.1, 1.1, -1.5, 0.3, 0.6, -0.2, 1.7, -0.9];

    public static TheoryData<string, string, bool, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, bool, bool>();
            foreach (var isRestricted in (bool[])[true, false])
            {
                foreach (var structure in Enum.GetValues<CovarianceStructure>())
                {
                    var word = Keywords<CovarianceStructure>.Of(structure);
                    foreach (var shape in (string[])["blocks", "dense"])
                    {
                        cases.Add(word, shape, false, isRestricted);
                        if (structure is CovarianceStructure.Unstructured or CovarianceStructure.General)
                        {
                            cases.Add(word, shape, true, isRestricted);
                        }
                    }
                }

                foreach (var (word, shape) in ((string, string)[])[("CS", "nested"), ("ID", "nested"), ("1", "nested"), ("1", "blocks"), ("1", "dense"), ("1", "sparse"), ("R", "blocks"), ("R", "dense")])
                {
                    cases.Add(word, shape, false, isRestricted);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void GradientAndInformation_AgreeWithThirtyTwoDigits(string structure, string shape, bool isFree, bool isRestricted)
    {
        var (spec, matrices, v, terms) = Model(structure, shape, isFree);
        var problem = MultilevelModel.Assemble(spec with { Method = isRestricted ? HeterogeneityMethod.Reml : HeterogeneityMethod.MaximumLikelihood }, Data(), matrices).Problem;
        Assert.Equal(shape, problem.Shape.Description);
        var theta = Point(problem);
        var m = theta.Length;
        var reference = new ReferenceModel(Yi, [.. Slope.Select((_, i) => (double[])[1, i % 4])], v, terms, isRestricted);
        Assert.Equal(reference.ParameterCount, m);
        var likelihood = problem.Likelihood(isRestricted, theta, [.. Enumerable.Repeat(true, m)]);
        Assert.True(double.IsFinite(likelihood.Value(theta)));
        var (gradient, information) = (new double[m], new double[m * m]);
        likelihood.Derivatives(gradient, information);
        var (expected, expectedInformation) = (reference.Gradient(theta), reference.AverageInformation(theta));
        var size = Enumerable.Range(0, m).Select(j => Math.Sqrt(Math.Abs(expectedInformation[(j * m) + j])) + 1e-3).ToArray();
        for (var i = 0; i < m; i++)
        {
            Assert.Equal(expected[i], -gradient[i], Tolerance * Math.Max(size[i], Math.Abs(expected[i])));
            for (var j = 0; j < m; j++)
            {
                Assert.Equal(expectedInformation[(i * m) + j], information[(i * m) + j], Tolerance * size[i] * size[j]);
            }
        }
    }

    [Theory]
    [InlineData("1", "nested")]
    [InlineData("1", "sparse")]
    [InlineData("CS", "nested")]
    [InlineData("DIAG", "blocks")]
    [InlineData("R", "dense")]
    public void HessianAtTheOptimum_AgreesWithThirtyTwoDigits(string structure, string shape)
    {
        var (spec, matrices, v, terms) = Model(structure, shape, isFree: false);
        // Larger effects, so that the optimum lies inside.
        var data = Data(3);
        var fitter = MultilevelModel.Assemble(spec, data, matrices);
        var fit = fitter.Fit();
        double[] natural = [.. fit.Terms.SelectMany((term, t) => term.Components.Take(fitter.Problem.Input.Terms[t].Term.ParameterCount)).Select(c => c.Value)];
        var theta = fitter.Problem.Layout.ToSearch(natural);
        var reference = new ReferenceModel(data["yi"].ToNumbers(), [.. Slope.Select((_, i) => (double[])[1, i % 4])], v, terms, true);
        var hessian = reference.Hessian(theta);
        var m = theta.Length;
        // In these structures search and natural coordinates are the same. Components at zero or at a limit of a correlation are not part of it.
        int[] inside = [.. Enumerable.Range(0, m).Where(i => theta[i] > fitter.Problem.Layout.Lower[i] && theta[i] < fitter.Problem.Layout.Upper[i])];
        var n = inside.Length;
        double[] kept = [.. Enumerable.Range(0, n * n).Select(e => hessian[(inside[e / n] * m) + inside[e % n]])];
        var expected = MetaBridge.Numerics.Dense.SymmetricEigen.Values(kept, n);
        Assert.NotEmpty(expected);
        Assert.Equal(n, fit.Search.HessianEigenvalues.Count);
        for (var i = 0; i < n; i++)
        {
            Assert.Equal(expected[i], fit.Search.HessianEigenvalues[i], 1e-6 * expected[^1]);
        }
    }

    private static (MultilevelSpec Spec, MultilevelMatrices Matrices, double[] V, List<ReferenceTerm> Terms) Model(string structure, string shape, bool isFree)
    {
        int[] rows = [.. Enumerable.Range(0, Yi.Length)];
        var own = new ReferenceTerm(rows, rows, null, []);
        var (random, terms) = structure switch
        {
            "1" when shape == "nested" => (["~ 1 | lab/study", "~ 1 | id"], [new(Lab, Lab, null, []), new(Study, Study, null, []), own]),
            "1" when shape == "sparse" => (["~ 1 | study", "~ 1 | arm", "~ 1 | id"], [new(Study, Study, null, []), new(Arm, Arm, null, []), own]),
            "1" => (["~ 1 | study", "~ 1 | id"], [new(Study, Study, null, []), own]),
            "R" => (["~ 1 | study", "~ 1 | id"], [new(Study, Study, null, [], null, Known(shape)), own]),
            _ => Structured(Keywords<CovarianceStructure>.Parse(structure, "struct"), own, isFree),
        };
        var spec = new MultilevelSpec
        {
            Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
            Moderators = "~ x",
            Random = random,
            Structures = structure is "1" or "R" ? [CovarianceStructure.CompoundSymmetry] : [Keywords<CovarianceStructure>.Parse(structure, "struct")],
            Rho = isFree && structure == "UN" ? [0.2, null, null] : isFree ? [0.2] : null,
        };
        // Correlated errors rule out the shapes for independent ones; over all rows they leave one block.
        var correlated = structure == "R" ? [] : shape == "dense" ? [rows] : shape == "blocks" && structure is "1" or "CS" or "ID" && shape != "nested"
            ? rows.GroupBy(i => Study[i]).Select(g => g.ToArray()).ToArray() : [];
        var v = new double[rows.Length * rows.Length];
        for (var i = 0; i < rows.Length; i++)
        {
            for (var j = 0; j < rows.Length; j++)
            {
                var together = i != j && correlated.Any(block => block.Contains(i) && block.Contains(j));
                v[(i * rows.Length) + j] = i == j ? Vi[i] : together ? 0.3 * Math.Sqrt(Vi[i] * Vi[j]) : 0;
            }
        }

        var matrices = new MultilevelMatrices
        {
            Sampling = SamplingCovariance.FromMatrix(v, rows.Length),
            Correlations = structure == "R" ? new Dictionary<string, NamedMatrix> { ["study"] = new(["1", "2", "3", "4", "5"], Known(shape)) } : new Dictionary<string, NamedMatrix>(),
        };
        return (spec, matrices, v, terms);
    }

    private static (string[] Random, List<ReferenceTerm> Terms) Structured(CovarianceStructure structure, ReferenceTerm own, bool isFree)
    {
        var isSlopes = structure is CovarianceStructure.General or CovarianceStructure.GeneralDiagonal;
        var isTimed = structure >= CovarianceStructure.ContinuousAutoregressive && !isSlopes;
        double[][]? slopes = isSlopes ? [.. Slope.Select(z => (double[])[1, z])] : null;
        return ([isSlopes ? "~ z | study" : isTimed ? "~ time | study" : "~ arm | study", "~ 1 | id"],
            [new ReferenceTerm(Study, Arm, structure, Times, slopes, null, isFree), own]);
    }

    private static double[] Known(string shape)
    {
        var r = new double[25];
        for (var e = 0; e < 25; e++)
        {
            var (i, j) = (e / 5, e % 5);
            r[e] = i == j ? 1 : shape == "dense" || (i < 2 && j < 2) || (i >= 2 && j >= 2) ? 0.6 / (1 + Math.Abs(i - j)) : 0;
        }

        return r;
    }

    private static double[] Point(GaussianProblem problem)
    {
        var layout = problem.Layout;
        var natural = new double[layout.Count];
        for (var i = 0; i < natural.Length; i++)
        {
            // A range of 0.9 lies between the distances 0.5, 1.25 and 1.75.
            var structure = problem.Input.Terms[layout.TermOf(i)].Structure;
            natural[i] = layout.IsVariance(i) ? 0.15 + (0.04 * i)
                : structure is >= CovarianceStructure.SpatialExponential and <= CovarianceStructure.SpatialSpherical ? 0.9 : 0.3 + (0.05 * (i % 3));
        }

        return layout.ToSearch(natural);
    }

    private static Dataset Data(double factor = 1) => new("made up",
    [
        new NumberColumn("yi", [.. Yi.Select((y, i) => (factor * y) + ((factor - 1) * Study[i] * (Study[i] % 2 == 0 ? 1 : -1)) + ((factor - 1) * 0.7 * Arm[i]))]),
        new NumberColumn("vi", Vi),
        new NumberColumn("x", [.. Slope.Select((_, i) => (double)(i % 4))]),
        new NumberColumn("z", Slope),
        new NumberColumn("time", [.. Arm.Select(a => Times[a])]),
        new IntegerColumn("study", [.. Study.Select(s => s + 1)]),
        new IntegerColumn("arm", [.. Arm.Select(a => a + 1)]),
        new IntegerColumn("lab", Lab),
        new IntegerColumn("id", [.. Enumerable.Range(1, Yi.Length)]),
    ]);
}
