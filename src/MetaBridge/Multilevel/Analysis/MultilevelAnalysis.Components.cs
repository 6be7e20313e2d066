using MetaBridge.Errors;
using MetaBridge.Numerics.Dense;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Analysis;

/// <content>How certain the components are.</content>
public sealed partial class MultilevelAnalysis
{
    private const double ProfileWidth = 3;

    /// <summary>The asymptotic covariance of the estimated components, from the observed information.</summary>
    /// <param name="parametrisation">In which coordinates.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotConverged"/>: the information is singular.</exception>
    /// <remarks>metafor's <c>cvvc = "varcor"</c> and <c>"varcov"</c>. Near the boundary these are rough; profile intervals are not.</remarks>
    public ComponentCovariance ComponentCovariance(ComponentParametrisation parametrisation = ComponentParametrisation.Correlations)
    {
        var hessian = new ComponentHessian(model.Fitter, IsRestricted, parametrisation == ComponentParametrisation.Covariances);
        var inside = hessian.Inside(model.Natural);
        var n = inside.Length;
        var inverse = n == 0 ? [] : RowMatrix.Inverse(hessian.At(model.Natural, inside), n) ?? throw new MetaBridgeException(
            ErrorCode.NotConverged, "The observed information about the components is not positive definite; look at their profile likelihoods.");
        int[] free = [.. Enumerable.Range(0, model.Problem.Layout.Count).Where(i => model.Problem.Layout.Fixed[i] is null)];
        var names = ComponentNames();
        var estimates = hessian.Convert(model.Natural);
        var values = new double[free.Length * free.Length];
        for (var i = 0; i < free.Length; i++)
        {
            for (var j = 0; j < free.Length; j++)
            {
                var (a, b) = (Array.IndexOf(inside, free[i]), Array.IndexOf(inside, free[j]));
                values[(i * free.Length) + j] = a < 0 || b < 0 ? double.NaN : inverse[(a * n) + b];
            }
        }

        return new ComponentCovariance(
            parametrisation,
            Array.ConvertAll(free, i => names[i]),
            Array.ConvertAll(free, i => estimates[i]),
            values,
            Array.ConvertAll(free, i => Array.IndexOf(inside, i) < 0));
    }

    /// <summary>The likelihood as a function of one component, all others maximised out: metafor's <c>profile()</c>.</summary>
    /// <param name="component">Which, counted from 0 over all components of all terms.</param>
    /// <param name="values">Where; null for <paramref name="steps"/> values from three standard errors below the estimate to three above, within its range.</param>
    /// <param name="steps">How many.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>: no such component, a fixed one, or a value outside its range.</exception>
    public ComponentProfile Profile(int component, IReadOnlyList<double>? values = null, int steps = 20)
    {
        var layout = model.Problem.Layout;
        if (component < 0 || component >= layout.Count || layout.Fixed[component] is not null)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"There is no estimated component {component + 1} to profile; the model has {layout.Count}, {layout.FreeCount} of them estimated.",
                new Dictionary<string, object?> { ["component"] = component + 1 });
        }

        CheckCount(steps, 2, "steps");
        var separable = model.Fitter.Rebound(model.EffectSizes, isSeparable: true);
        var profile = new ProfileLikelihood(separable, IsRestricted, model.Natural, component);
        var best = IsRestricted ? Fit.RestrictedLikelihood.LogLikelihood : Fit.MaximumLikelihood.LogLikelihood;
        var offset = best + separable.Likelihood(IsRestricted, separable.Layout.ToSearch(model.Natural), new bool[layout.Count]).Value([]);
        var points = (values ?? Grid(separable, component, steps)).Select(value => At(separable, profile, component, value, offset)).ToArray();
        return new ComponentProfile(ComponentNames()[component], ComponentNames(), model.Natural[component], best, points);
    }

    /// <summary>Which components were estimated, counted from 0 over all components of all terms.</summary>
    internal IEnumerable<int> EstimatedComponents() => Enumerable.Range(0, model.Problem.Layout.Count).Where(i => model.Problem.Layout.Fixed[i] is null);

    private static ProfilePoint At(GaussianProblem separable, ProfileLikelihood profile, int component, double value, double offset)
    {
        var layout = separable.Layout;
        var natural = layout.ToNatural(profile.Last);
        natural[component] = value;
        var x = layout.ToSearch(natural)[component];
        if (!double.IsFinite(x) || x < layout.Lower[component] || x > layout.Upper[component])
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The value {value:R} lies outside the range of the component.",
                new Dictionary<string, object?> { ["component"] = component + 1, ["value"] = value });
        }

        return profile.At(x) is { } ll
            ? new ProfilePoint(value, offset - ll, layout.ToNatural(profile.Last))
            : new ProfilePoint(value, double.NegativeInfinity, []);
    }

    private double[] Grid(GaussianProblem separable, int component, int steps)
    {
        var layout = separable.Layout;
        var search = layout.ToSearch(model.Natural);
        var isFree = new bool[layout.Count];
        isFree[component] = true;
        var likelihood = separable.Likelihood(IsRestricted, search, isFree);
        likelihood.Value([search[component]]);
        var curvature = new double[1];
        likelihood.Derivatives(new double[1], curvature);
        var reach = ProfileWidth / Math.Sqrt(Math.Max(curvature[0], 1e-12));
        var (from, to) = (Math.Max(layout.Lower[component], search[component] - reach), Math.Min(layout.Upper[component], search[component] + reach));
        return
        [
            .. Enumerable.Range(0, steps).Select(i =>
            {
                var point = (double[])search.Clone();
                point[component] = from + ((to - from) * i / (steps - 1));
                return layout.ToNatural(point)[component];
            }),
        ];
    }
}
