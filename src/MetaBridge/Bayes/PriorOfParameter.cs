using MetaBridge.Specs;

namespace MetaBridge.Bayes;

/// <summary>The prior densities of reported parameters.</summary>
internal static class PriorOfParameter
{
    /// <summary>The density, or null for a parameter whose prior has no simple form, such as I².</summary>
    public static Func<double, double>? Find(BayesProblem problem, string parameter)
    {
        var input = problem.Input;
        switch (parameter)
        {
            // With a scale formula tau is averaged over the studies, which its prior is not about.
            case "tau":
                return input.ScalePriors.Length == 0 ? Of(input.Heterogeneity) : null;
            case "rho":
                return input.Clusters is not null ? Of(input.Allocation) : null;
        }

        if (problem.Design.Reported.FirstOrDefault(row => row.Name == parameter) is { } coefficient)
        {
            return Combination(coefficient.Combination, input.CoefficientPriors);
        }

        const string prefix = PosteriorParameters.ScalePrefix;
        return parameter.StartsWith(prefix, StringComparison.Ordinal)
            && problem.ScaleDesign?.Reported.FirstOrDefault(row => row.Name == parameter[prefix.Length..]) is { } slope
            ? Combination(slope.Combination[1..], input.ScalePriors)
            : null;
    }

    private static Func<double, double>? Of(PriorDistribution prior) => prior.IsPoint ? null : prior.Density;

    private static Func<double, double>? Combination(double[] multipliers, PriorDistribution[] priors)
    {
        var used = Enumerable.Range(0, multipliers.Length).Where(j => multipliers[j] != 0).ToArray();
        if (used is [var only])
        {
            var factor = multipliers[only];
            return Of(priors[only]) is { } density ? x => density(x / factor) / Math.Abs(factor) : null;
        }

        if (used.Length == 0 || !used.All(j => priors[j].Prior.Distribution == PriorFamily.Normal && !priors[j].IsTruncated))
        {
            return null;
        }

        var mean = used.Sum(j => multipliers[j] * priors[j].LocationScale.Location);
        var sd = Math.Sqrt(used.Sum(j => Math.Pow(multipliers[j] * priors[j].LocationScale.Scale, 2)));
        return x => Math.Exp(-0.5 * Math.Pow((x - mean) / sd, 2)) / (sd * Math.Sqrt(2 * Math.PI));
    }
}
