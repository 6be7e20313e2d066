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

    /// <summary>A lattice of more dimensions has too many points.</summary>
    private const int MaxDimensions = 4;

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
    public static LatticeSolution Solve(BayesInput input, CancellationToken cancellation, bool gridAll = false)
    {
        var (target, free, offsets) = Prepare(input, gridAll);
        CheckDimensions(target);
        try
        {
            var frame = LatticeFrame.Find(target, StartingPoints.Of(input, target), Lattice.Drop);
            var lattice = Lattice.Integrate(target, frame, Tolerance, MaxPoints, cancellation);
            return new LatticeSolution(
                input, free, offsets, new LatticeView(lattice, target, coarse: false), new LatticeView(lattice, target, coarse: true));
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
    public static (PosteriorTarget Target, int[] Free, double[] Offsets) Prepare(BayesInput input, bool gridAll)
    {
        var solver = new BayesSolver(input);
        var y = solver.Centre();
        var design = solver.FreeColumns();
        var coefficients = new CoefficientModel(
            [.. solver.free.Select(j => input.CoefficientPriors[j])],
            [.. solver.free.Select(j => solver.offsets[j])],
            gridAll);
        var kernel = new GaussianKernel(y, input.Variances, design, input.ScaleDesign, input.Clusters, input.Weights);
        if (input.Heterogeneity.IsPoint && input.ScalePriors.Length > 0)
        {
            throw new MetaBridgeException(
                ErrorCode.PriorNotSupported, "A scale formula needs a heterogeneity with a density; the prior of tau is a point.");
        }

        return (new PosteriorTarget(input, kernel, coefficients), solver.free, solver.offsets);
    }

    /// <summary>Whether the lattice takes the model's dimensions.</summary>
    public static bool IsWithinReach(BayesInput input) => Prepare(input, gridAll: false).Target.Dimensions <= MaxDimensions;

    private static void CheckDimensions(PosteriorTarget target)
    {
        if (target.Dimensions > MaxDimensions)
        {
            throw new MetaBridgeException(
                ErrorCode.TooManyDimensions,
                $"The posterior has {target.Dimensions} dimensions after the coefficients are integrated out; the quadrature takes {MaxDimensions}.",
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
