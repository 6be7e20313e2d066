using MetaBridge.Numerics;
using MetaBridge.Numerics.Sampling;

namespace MetaBridge.Bayes;

/// <summary>Residuals and the posterior without each unit, from one pass over the points.</summary>
/// <remarks>
/// Given the axes the coefficients are normal, with and without a unit, so the means and second moments of β without it are sums over the points weighted by
/// m(without)/m. Coefficients are measured from their posterior means, so that second moments lose no digits.
/// </remarks>
internal sealed class CaseDeletion
{
    /// <summary>Terms of a unit before the moments of β: those of the full posterior, then those without the unit.</summary>
    private const int Marginal = 0, InCluster = 1, Own = 2, Standardized = 3, Below = 4, Above = 5, Tau = 6, Rho = 7, Moments = 8;

    private readonly BayesProblem problem;
    private readonly BayesSolution solution;
    private readonly int p;
    private readonly double[] mean, covariance, inverse;
    private readonly Estimate[] firstErrors, secondErrors;

    /// <summary>Prepares.</summary>
    /// <param name="problem">The model.</param>
    /// <param name="solution">Its posterior, without an analytically truncated coefficient.</param>
    public CaseDeletion(BayesProblem problem, BayesSolution solution)
    {
        this.problem = problem;
        this.solution = solution;
        p = solution.Free.Length;
        mean = new double[p];
        var slots = solution.View.Slots;
        firstErrors = [.. Enumerable.Range(0, p).Select(r => solution.Average(Array.ConvertAll(slots, slot => solution.Target.Mean(slot)[r])))];
        mean = Array.ConvertAll(firstErrors, first => first.Value);
        var row = new double[SecondCount];
        secondErrors = [.. Enumerable.Range(0, SecondCount).Select(n => solution.Average(Array.ConvertAll(slots, slot =>
        {
            Seconds(solution.Target.Mean(slot), solution.Target.Covariance(slot), row);
            return row[n];
        })))];
        covariance = Square(Array.ConvertAll(secondErrors, second => second.Value), new double[p]);
        inverse = new double[p * p];
        LogDeterminant = SmallMatrix.InvertPositive((double[])covariance.Clone(), p, inverse);
    }

    private int SecondCount => p * (p + 1) / 2;

    private double LogDeterminant { get; }

    /// <summary>All studies.</summary>
    public BayesDiagnostics Studies()
    {
        var order = solution.Target.Kernel.Order;
        var residuals = new ResidualRow[order.Length];
        var influence = new InfluenceRow[order.Length];
        Visit(order.Length, UnitRemoval.Study, FillStudy, (position, rows, without) =>
        {
            var study = order[position];
            residuals[study] = Residual(problem.Studies.Labels[study], rows, without);
            influence[study] = Influence(problem.Studies.Labels[study], [study], rows, without);
        });
        return new BayesDiagnostics(Names, residuals, influence);
    }

    /// <summary>All clusters.</summary>
    public BayesDiagnostics Clusters()
    {
        var (kernel, count) = (solution.Target.Kernel, problem.ClusterNames.Count);
        var influence = new InfluenceRow[count];
        Visit(count, UnitRemoval.Cluster, (_, _, slot, terms) => FillDeleted(slot, terms), (cluster, rows, without) =>
        {
            var (start, end) = kernel.Cluster(cluster);
            influence[cluster] = Influence(problem.ClusterNames[cluster], kernel.Order[start..end], rows, without);
        });
        return new BayesDiagnostics(Names, [], influence);
    }

    private string[] Names => [.. problem.Design.Reported.Select(row => row.Name)];

    private void Visit(int units, UnitRemoval.Remove remove, UnitPass.Fill fill, Action<int, double[][], Estimate[]> finish)
    {
        var scorer = solution.Scorer();
        UnitPass.Visit(solution, units, remove, Moments + p + SecondCount, fill, (unit, rows) =>
            finish(unit, rows, scorer.Without(rows[UnitPass.LeftOut], rows.AsSpan(UnitPass.FirstTerm))));
    }

    private void FillStudy(GaussianKernel kernel, int position, int slot, Span<double> terms)
    {
        Span<double> row = stackalloc double[p + 1];
        UnitRemoval.Row(kernel, position, row);
        var full = solution.Target.Mean(slot);
        var (w, v) = (kernel.Weights[position], kernel.Variances[position]);
        var residual = Residual(row, full);
        var inCluster = residual;
        var loading = kernel.Loadings[position];
        if (kernel.ClusterCount > 0)
        {
            var totals = UnitRemoval.Totals(kernel, kernel.ClusterAt(position));
            inCluster -= loading * Residual(totals[1..], full) / (1 + totals[0]);
        }

        var a = kernel.Omega(position) / w;
        (terms[Marginal], terms[InCluster], terms[Own]) = (residual, inCluster, inCluster * v / a);
        terms[Standardized] = residual / Math.Sqrt(a + (loading * loading));
        var variance = UnitRemoval.GivenOthers(kernel, position, row);
        var model = solution.Target.Coefficients;
        for (var r = 0; r < p; r++)
        {
            for (var c = 0; c < p; c++)
            {
                variance += row[r] * row[c] * model.Covariance[(r * p) + c];
            }
        }

        var z = Residual(row, model.Mean) / Math.Sqrt(variance);
        (terms[Below], terms[Above]) = (Distributions.NormalUpper(-z), Distributions.NormalUpper(z));
        FillDeleted(slot, terms);
    }

    private static double Residual(ReadOnlySpan<double> row, ReadOnlySpan<double> beta)
    {
        var residual = row[^1];
        for (var r = 0; r < beta.Length; r++)
        {
            residual -= row[r] * beta[r];
        }

        return residual;
    }

    private void FillDeleted(int slot, Span<double> terms)
    {
        var (at, model) = (solution.Target.Parameters(slot), solution.Target.Coefficients);
        terms[Tau] = HeterogeneityQuantity.All[0].Value(at, solution.View.Factors(slot), double.NaN);
        terms[Rho] = at.Rho;
        for (var r = 0; r < p; r++)
        {
            terms[Moments + r] = model.Mean[r] - mean[r];
        }

        Seconds(model.Mean, model.Covariance, terms[(Moments + p)..]);
    }

    /// <summary>E((β_r − mean_r)(β_c − mean_c)) given the axes, the upper triangle by rows.</summary>
    private void Seconds(ReadOnlySpan<double> given, ReadOnlySpan<double> spread, Span<double> result)
    {
        for (int r = 0, n = 0; r < p; r++)
        {
            for (var c = r; c < p; c++, n++)
            {
                result[n] = spread[(r * p) + c] + ((given[r] - mean[r]) * (given[c] - mean[c]));
            }
        }
    }

    /// <summary>The covariance matrix from second moments and means.</summary>
    private double[] Square(double[] seconds, double[] means)
    {
        var square = new double[p * p];
        for (int r = 0, n = 0; r < p; r++)
        {
            for (var c = r; c < p; c++, n++)
            {
                square[(r * p) + c] = square[(c * p) + r] = seconds[n] - (means[r] * means[c]);
            }
        }

        return square;
    }

    private ResidualRow Residual(string study, double[][] rows, Estimate[] without)
    {
        var isWeighted = problem.Input.Weights is not null;
        var (below, above) = (without[Below], without[Above]);
        var z = below.Value < 0.5 ? -Distributions.NormalUpperQuantile(below.Value) : Distributions.NormalUpperQuantile(above.Value);
        var height = Math.Exp(-0.5 * z * z) / Math.Sqrt(2 * Math.PI);
        return new ResidualRow(
            study,
            Full(Marginal),
            isWeighted ? null : Full(InCluster),
            isWeighted ? null : Full(Own),
            Full(Standardized),
            new Estimate(z, Math.Min(below.Error, above.Error) / height),
            below);

        Estimate Full(int term) => solution.Average(rows[UnitPass.FirstTerm + term]);
    }

    private InfluenceRow Influence(string unit, int[] studies, double[][] rows, Estimate[] without)
    {
        var shift = without[Moments..(Moments + p)];
        var seconds = without[(Moments + p)..];
        var deleted = Square(Array.ConvertAll(seconds, second => second.Value), Array.ConvertAll(shift, s => s.Value));
        var ratio = LogRatio(deleted, seconds, shift);
        return new InfluenceRow(
            unit,
            Change(AverageRow(studies), shift, deleted),
            Cook(shift),
            new Estimate(Math.Exp(ratio.Value), Math.Exp(ratio.Value) * ratio.Error),
            without[Tau],
            problem.Input.Clusters is null ? null : without[Rho],
            [.. problem.Design.Reported.Select(row => Change(row.Combination, shift, deleted))],
            solution is SampledSolution ? ParetoSmoothing.Smooth(rows[UnitPass.LeftOut]).K : double.NaN);
    }

    private double[] AverageRow(int[] studies)
    {
        var k = problem.Input.StudyCount;
        return [.. Enumerable.Range(0, problem.Input.Columns).Select(j => studies.Average(study => problem.Input.Design[(j * k) + study]))];
    }

    /// <summary>(c'β̂ − c'β̂₋)/sd(c'β | y₋); 0 for a combination that is known.</summary>
    private Estimate Change(double[] combination, Estimate[] shift, double[] deleted)
    {
        var c = new double[p];
        solution.Reduce(combination, c);
        double move = 0, error = 0, variance = 0;
        for (var r = 0; r < p; r++)
        {
            move -= c[r] * shift[r].Value;
            error += Math.Abs(c[r]) * (shift[r].Error + firstErrors[r].Error);
            for (var s = 0; s < p; s++)
            {
                variance += c[r] * c[s] * deleted[(r * p) + s];
            }
        }

        return variance > 0 ? new Estimate(move / Math.Sqrt(variance), error / Math.Sqrt(variance)) : default;
    }

    private Estimate Cook(Estimate[] shift)
    {
        double value = 0, error = 0;
        for (var r = 0; r < p; r++)
        {
            var gradient = 0.0;
            for (var c = 0; c < p; c++)
            {
                gradient += inverse[(r * p) + c] * shift[c].Value;
            }

            value += shift[r].Value * gradient;
            error += 2 * Math.Abs(gradient) * (shift[r].Error + firstErrors[r].Error);
        }

        return new Estimate(value, error);
    }

    /// <summary>ln of the ratio of determinants; d ln det C = tr(C⁻¹ dC).</summary>
    private Estimate LogRatio(double[] deleted, Estimate[] seconds, Estimate[] shift)
    {
        var other = new double[p * p];
        var value = SmallMatrix.InvertPositive((double[])deleted.Clone(), p, other) - LogDeterminant;
        var error = 0.0;
        for (int r = 0, n = 0; r < p; r++)
        {
            for (var c = r; c < p; c++, n++)
            {
                var times = r == c ? 1 : 2;
                var moved = seconds[n].Error + (Math.Abs(shift[r].Value) * shift[c].Error) + (Math.Abs(shift[c].Value) * shift[r].Error);
                error += times * ((Math.Abs(other[(r * p) + c]) * moved) + (Math.Abs(inverse[(r * p) + c]) * secondErrors[n].Error));
            }
        }

        return new Estimate(value, error);
    }
}
