using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>Fits to subsets of the studies; element i belongs to subset i, NaN where it can't be fitted.</summary>
public sealed record SubsetTable
{
    // Numbers of so many bits are exact in a double and in R's integers.
    private const int StudiesPerColumn = 24;

    private readonly StudySubsets subsets;

    internal SubsetTable(StudySubsets subsets, IReadOnlyList<string> coefficients, bool isInterceptOnly, bool hasAll)
    {
        this.subsets = subsets;
        Coefficients = coefficients;
        IsInterceptOnly = isInterceptOnly;
        HasAllSubsets = hasAll;
        (Sizes, ResidualHeterogeneity, ISquared) = (new int[Count], new double[Count], new double[Count]);
        (HSquared, TauSquared, Estimates) = (new double[Count], new double[Count], new double[Count * coefficients.Count]);
    }

    /// <summary>How many subsets.</summary>
    public int Count => subsets.Count;

    /// <summary>Whether they are all subsets that there are, not a sample.</summary>
    public bool HasAllSubsets { get; }

    /// <summary>Names of the coefficients.</summary>
    public IReadOnlyList<string> Coefficients { get; }

    /// <summary>How many studies each has.</summary>
    public int[] Sizes { get; }

    /// <summary>QE.</summary>
    public double[] ResidualHeterogeneity { get; }

    /// <summary>I² in percent.</summary>
    public double[] ISquared { get; }

    /// <summary>H².</summary>
    public double[] HSquared { get; }

    /// <summary>τ̂².</summary>
    public double[] TauSquared { get; }

    /// <summary>β̂, subsets × p by columns.</summary>
    public double[] Estimates { get; }

    private bool IsInterceptOnly { get; }

    /// <summary>Whether a study, counted from 0, is in a subset.</summary>
    public bool Contains(int subset, int study) => subsets.Contains(subset, study);

    /// <summary>The table with metafor's columns, and the members of the subsets as bits of numbers, 24 studies to a column.</summary>
    internal FurtherTable ToFurther(UnivariateFit whole)
    {
        var variance = Constant(DiagnosticScales.OfTauSquared(whole));
        var errors = Constant(whole.Coefficients.StandardErrors.Max());
        List<FurtherColumn> columns =
        [
            new("k", Array.ConvertAll(Sizes, size => (double)size), FurtherKind.Count),
            new("QE", ResidualHeterogeneity, FurtherKind.Value) { Scale = Constant(UnivariateScales.WeightedSumOfSquares(whole.Studies, 0)) },
            new("I2", ISquared, FurtherKind.Searched) { Scale = Constant(100) },
            new("H2", HSquared, FurtherKind.Searched) { Scale = Constant(1) },
            new("tau2", TauSquared, FurtherKind.Searched) { Scale = variance },
        ];
        for (var j = 0; j < Coefficients.Count; j++)
        {
            columns.Add(new(IsInterceptOnly ? "estimate" : Coefficients[j], Estimates[(j * Count)..((j + 1) * Count)], FurtherKind.Searched) { Scale = errors });
        }

        for (var part = 0; part * StudiesPerColumn < subsets.Studies; part++)
        {
            columns.Add(new($"set.{part + 1}", subsets.Part(part, StudiesPerColumn), FurtherKind.Count));
        }

        return new FurtherTable(Keywords<FurtherResult>.Of(FurtherResult.Subsets), new CountedLabels(Count), columns);
    }

    private double[] Constant(double value)
    {
        var scale = new double[Count];
        Array.Fill(scale, value);
        return scale;
    }
}

/// <summary>Which subsets <see cref="UnivariateAnalysis.Subsets"/> looks at, and how.</summary>
public sealed record SubsetOptions
{
    /// <summary>How many subsets at most; when there are not more than that, all of them are taken, otherwise a sample.</summary>
    public int MaxSubsets { get; init; } = 1_000_000;

    /// <summary>The seed of the sample. The same seed gives the same subsets on every machine, whatever the number of threads.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>How many threads; null for one per core.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Told the part that is done, from 0 to 1.</summary>
    public IProgress<double>? Progress { get; init; }

    /// <summary>Stops the work.</summary>
    public CancellationToken CancellationToken { get; init; }
}
