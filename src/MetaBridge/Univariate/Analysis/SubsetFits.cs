using MetaBridge.Errors;

namespace MetaBridge.Univariate.Analysis;

/// <summary>The model of an analysis fitted to some of its studies, τ² estimated again.</summary>
internal static class SubsetFits
{
    /// <summary>Fits to the studies given.</summary>
    /// <param name="analysis">The model.</param>
    /// <param name="studies">Their indices among the studies used.</param>
    /// <param name="cancellation">Stops the fit.</param>
    /// <returns>The fit; null when these studies can't be fitted, or not all of the coefficients exist for them.</returns>
    public static ReducedFit? Fit(UnivariateAnalysis analysis, int[] studies, CancellationToken cancellation)
    {
        var p = analysis.Fit.Coefficients.Count;
        if (studies.Length < p)
        {
            return null;
        }

        var settings = analysis.Settings with { EvaluateAtTauSquared = null, CancellationToken = cancellation };
        try
        {
            var fit = UnivariateEngine.Fit(Take(analysis, studies), settings);
            return fit.Coefficients.Names.SequenceEqual(analysis.Fit.Coefficients.Names) ? ReducedFit.Of(fit) : null;
        }
        catch (MetaBridgeException problem) when (IsOrdinary(problem.Code))
        {
            return null;
        }
    }

    /// <summary>Whether an error says that a subset of good data has no fit, which is an outcome and no misuse.</summary>
    private static bool IsOrdinary(ErrorCode code) => code is ErrorCode.TooFewStudies or ErrorCode.RankDeficientDesign or ErrorCode.NoData
        or ErrorCode.NonPositiveVariance or ErrorCode.NumericOverflow or ErrorCode.NotConverged or ErrorCode.InvalidOption;

    private static UnivariateInput Take(UnivariateAnalysis analysis, int[] studies)
    {
        var input = analysis.Input;
        var fit = analysis.Fit;
        return new UnivariateInput
        {
            EffectSizes = Pick(input.EffectSizes, studies),
            Variances = Pick(input.Variances, studies),
            // The design of the fit has its redundant columns out already.
            Design = input.Design is null ? null : Columns(fit.Design, fit.StudyCount, studies),
            ColumnNames = input.Design is null ? null : fit.Coefficients.Names,
            Weights = input.Weights is null ? null : Pick(input.Weights, studies),
        };
    }

    private static double[] Pick(double[] values, int[] studies) => Array.ConvertAll(studies, i => values[i]);

    private static double[] Columns(double[] design, int k, int[] studies)
    {
        var p = design.Length / k;
        var taken = new double[p * studies.Length];
        for (var j = 0; j < p; j++)
        {
            for (var i = 0; i < studies.Length; i++)
            {
                taken[(j * studies.Length) + i] = design[(j * k) + studies[i]];
            }
        }

        return taken;
    }
}
