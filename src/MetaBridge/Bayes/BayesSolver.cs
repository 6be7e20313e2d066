using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Numerics.Quadrature;

namespace MetaBridge.Bayes;

/// <summary>Integrates a problem's posterior: coefficients analytically, everything else on a lattice.</summary>
internal sealed class BayesSolver
{
    /// <summary>Aimed-at difference of ln marginal likelihood between two step sizes; the finer one is then far more accurate.</summary>
    public const double Tolerance = 1e-6;

    private const int MaxPoints = 600_000;

    private readonly BayesInput input;
    private readonly int[] free;
    private readonly double[] offsets;

    private BayesSolver(BayesInput input)
    {
        this.input = input;
        free = [.. Enumerable.Range(0, input.Columns).Where(j => !input.CoefficientPriors[j].IsPoint)];
        offsets = Array.ConvertAll(input.CoefficientPriors, prior => prior.IsPoint ? prior.PointValue : 0);
    }

    /// <summary>Solves.</summary>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.PriorNotSupported"/>, <see cref="ErrorCode.TooManyDimensions"/>, <see cref="ErrorCode.NumericOverflow"/> or
    /// <see cref="ErrorCode.Cancelled"/>.
    /// </exception>
    public static BayesSolution Solve(BayesInput input, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var (target, free, offsets) = Prepare(input, names);
        CheckDimensions(target);
        try
        {
            var frame = LatticeFrame.Find(target, StartingPoints.Of(input, target), Lattice.Drop);
            var lattice = Lattice.Integrate(target, frame, Tolerance, MaxPoints, cancellation);
            return new BayesSolution(
                input, free, offsets, new PosteriorView(lattice, target, coarse: false), new PosteriorView(lattice, target, coarse: true));
        }
        catch (ArithmeticException inner)
        {
            throw new MetaBridgeException(
                ErrorCode.NumericOverflow, "The posterior density is zero or not a number everywhere that was looked.", innerException: inner);
        }
        catch (OperationCanceledException inner)
        {
            throw new MetaBridgeException(ErrorCode.Cancelled, "The fit was cancelled.", innerException: inner);
        }
    }

    /// <summary>The density to integrate or to sample; each call makes one of its own, since they keep scratch memory.</summary>
    public static (PosteriorTarget Target, int[] Free, double[] Offsets) Prepare(BayesInput input, IReadOnlyList<string> names)
    {
        var solver = new BayesSolver(input);
        var y = solver.Centre();
        var design = solver.FreeColumns();
        var coefficients = new CoefficientModel(
            [.. solver.free.Select(j => input.CoefficientPriors[j])],
            [.. solver.free.Select(j => names[j])],
            [.. solver.free.Select(j => solver.offsets[j])]);
        var kernel = new GaussianKernel(y, input.Variances, design, input.ScaleDesign, input.Clusters, input.Weights);
        if (input.Heterogeneity.IsPoint && input.ScalePriors.Length > 0)
        {
            throw new MetaBridgeException(
                ErrorCode.PriorNotSupported, "A scale formula needs a heterogeneity with a density; the prior of tau is a point.");
        }

        return (new PosteriorTarget(input, kernel, coefficients), solver.free, solver.offsets);
    }

    /// <summary>Whether the lattice takes the model's dimensions.</summary>
    public static bool IsWithinReach(BayesInput input, IReadOnlyList<string> names) => Prepare(input, names).Target.Dimensions <= Lattice.MaxDimensions;

    private static void CheckDimensions(PosteriorTarget target)
    {
        if (target.Dimensions > Lattice.MaxDimensions)
        {
            throw new MetaBridgeException(
                ErrorCode.TooManyDimensions,
                $"The posterior has {target.Dimensions} dimensions after the coefficients are integrated out; the quadrature takes {Lattice.MaxDimensions}.",
                new Dictionary<string, object?> { ["dimensions"] = target.Dimensions });
        }
    }

    /// <summary>
    /// y less the fixed coefficients and a least squares fit of the others, so that sums of squares lose no digits to a large mean.
    /// </summary>
    private double[] Centre()
    {
        var k = input.StudyCount;
        var y = (double[])input.EffectSizes.Clone();
        for (var j = 0; j < input.Columns; j++)
        {
            VectorKernels.AddScaled(-offsets[j], input.Design.AsSpan(j * k, k), y);
        }

        var columns = FreeColumns();
        var qr = ThinQr.Factor(columns, k, free.Length);
        if (qr.Rank == free.Length && free.Length > 0)
        {
            var b = new double[free.Length];
            for (var r = 0; r < b.Length; r++)
            {
                b[r] = VectorKernels.Dot(qr.Q.AsSpan(r * k, k), y);
            }

            qr.SolveUpper(b);
            for (var r = 0; r < b.Length; r++)
            {
                offsets[free[r]] = b[r];
                VectorKernels.AddScaled(-b[r], columns.AsSpan(r * k, k), y);
            }
        }

        return y;
    }

    private double[] FreeColumns()
    {
        var k = input.StudyCount;
        var columns = new double[free.Length * k];
        for (var r = 0; r < free.Length; r++)
        {
            input.Design.AsSpan(free[r] * k, k).CopyTo(columns.AsSpan(r * k, k));
        }

        return columns;
    }
}

/// <summary>A solved problem: the posterior at two step sizes and how its coefficients stand for the model's.</summary>
/// <param name="Input">The data.</param>
/// <param name="Free">Columns of the design whose coefficients are not points.</param>
/// <param name="Offsets">What to add to each coefficient of the centred problem; a point's value.</param>
/// <param name="Fine">At step h.</param>
/// <param name="Coarse">At step 2h, for error estimates.</param>
internal sealed record BayesSolution(BayesInput Input, int[] Free, double[] Offsets, PosteriorView Fine, PosteriorView Coarse)
{
    /// <summary>The same at half the step; null when that is too much work. This solution must not be used any more afterwards.</summary>
    public BayesSolution? Refined()
    {
        var lattice = Fine.Lattice;
        return lattice.TryRefine(BayesSolver.Tolerance)
            ? this with { Fine = new PosteriorView(lattice, Fine.Target, coarse: false), Coarse = new PosteriorView(lattice, Fine.Target, coarse: true) }
            : null;
    }

    /// <summary>Evaluates something at both step sizes: the fine value with the difference as its error.</summary>
    public Estimate Estimate(Func<PosteriorView, double> value)
    {
        var fine = value(Fine);
        return new Estimate(fine, Math.Abs(fine - value(Coarse)));
    }

    /// <summary>Writes a combination of all coefficients as one of the free ones; returns what the offsets contribute.</summary>
    public double Reduce(ReadOnlySpan<double> combination, Span<double> multipliers)
    {
        for (var r = 0; r < Free.Length; r++)
        {
            multipliers[r] = combination[Free[r]];
        }

        var sum = 0.0;
        for (var j = 0; j < Offsets.Length; j++)
        {
            sum += combination[j] * Offsets[j];
        }

        return sum;
    }

    /// <summary>The distribution of a combination of coefficients plus independent normal noise.</summary>
    /// <param name="view">The posterior.</param>
    /// <param name="combination">One multiplier per column of the design.</param>
    /// <param name="noise">The variance to add at a point.</param>
    public Marginal Linear(PosteriorView view, double[] combination, Func<int, double> noise)
    {
        var multipliers = new double[Free.Length];
        var constant = Reduce(combination, multipliers);
        return view.Linear(multipliers, constant, noise);
    }
}
