using MetaBridge.Numerics;
using MetaBridge.Numerics.QuadraticForms;

namespace MetaBridge.Univariate;

/// <summary>The distribution of the generalised Q statistic y'P_a y with given weights a at any τ² (Jackson, 2013; Jackson, Turner, Rhodes &amp; Viechtbauer, 2014).</summary>
/// <remarks>
/// y'P_a y is a positive quadratic form in k − p normal variables, and stochastically larger for a larger τ². So the τ² at which the observed value is exceeded with a
/// given probability is unique: with ½ the median-unbiased estimate, with α/2 and 1 − α/2 the ends of an exact confidence interval.
/// </remarks>
internal sealed class GeneralizedQ
{
    private const double Tolerance = 1e-13;

    /// <summary>The search starts at the moment estimate, from which no quantile of a chi-square distribution is this many powers of two away.</summary>
    private const int MaxDoublings = 100;

    /// <summary>Four are usual.</summary>
    private const int MaxModelSteps = 10;

    private readonly double[] weights;
    private readonly double[] variances;
    private readonly double[] basis;
    private readonly int columns;
    private readonly double start;
    private readonly GeneralizedQModel model;

    public GeneralizedQ(double[] weights, VarianceProfile profile, Design design)
    {
        var forms = new WeightedForms(weights, profile.Residuals, design.Qr.Q, design.Columns);
        this.weights = weights;
        variances = profile.Variances;
        basis = forms.Basis;
        columns = design.Columns;
        Observed = forms.YPy;
        var trace = forms.Trace();
        start = Math.Max((Observed - forms.Trace(variances)) / trace, forms.Trace(variances) / trace);
        model = new GeneralizedQModel(forms, variances, start);
    }

    /// <summary>y'P_a y.</summary>
    public double Observed { get; }

    /// <summary>P(Q &gt; observed) at τ².</summary>
    public double UpperTail(double tau2) => FormTail.Upper(FormAt(tau2), Observed);

    /// <summary>The τ² at which the observed value is exceeded with a probability, or 0 when it is so with a larger one even there; NaN out of the range of numbers.</summary>
    public double Solve(double probability)
    {
        var target = Math.Log(probability / (1 - probability));
        if (!double.IsFinite(Observed))
        {
            return double.NaN;
        }

        if (!(Observed > 0))
        {
            return 0;
        }

        var near = FromModel(probability);
        if (near > 0)
        {
            return near;
        }

        double low = 0, atLow = Excess(0);
        if (atLow >= 0)
        {
            return 0;
        }

        double high = start, atHigh = Excess(high);
        for (var step = 0; step < MaxDoublings && atHigh < 0 && double.IsFinite(high); step++)
        {
            (low, atLow, high) = (high, atHigh, 2 * high);
            atHigh = Excess(high);
        }

        if (!(atHigh >= 0 && double.IsFinite(high)) || double.IsNaN(atLow))
        {
            return double.NaN;
        }

        return BracketedRoot.Find(Excess, low, atLow, high, atHigh, Tolerance);

        // Of the two tails one is small, and computed without loss; on this scale the function is nearly linear in ln τ².
        double Excess(double tau2)
        {
            var form = FormAt(tau2);
            var odds = Observed > form.Mean
                ? FormTail.Upper(form, Observed) is var upper ? Math.Log(upper / (1 - upper)) : 0
                : FormTail.Lower(form, Observed) is var lower ? Math.Log((1 - lower) / lower) : 0;
            return odds - target;
        }
    }

    /// <summary>
    /// Follows the model: its z and that of the true tail are nearly the same function of τ², up to a distance that the secant through the last two points tells. NaN when it is not
    /// at the root within few steps, or the root may be 0.
    /// </summary>
    private double FromModel(double probability)
    {
        var target = Distributions.NormalUpperQuantile(probability);
        double tau2 = model.Root(target), last = double.NaN, modelled = target, lastModelled = double.NaN, lastZ = double.NaN;
        for (var step = 0; step < MaxModelSteps && tau2 > 0; step++)
        {
            var z = NormalQuantileAt(tau2);
            var slope = (z - lastZ) / (modelled - lastModelled);
            var next = modelled + ((target - z) / (slope is > 0.2 and < 5 ? slope : 1));
            var nextTau2 = model.Root(next);
            // The error of a secant is about the product of the two before it.
            if (Math.Abs((nextTau2 - tau2) * (tau2 - last)) <= Tolerance / 100 * tau2 * tau2)
            {
                return nextTau2;
            }

            (last, tau2, lastModelled, modelled, lastZ) = (tau2, nextTau2, modelled, next, z);
        }

        return double.NaN;
    }

    /// <summary>The z with P(Z &gt; z) = P(Q &gt; observed), from the smaller tail; infinite or NaN where that underflows.</summary>
    private double NormalQuantileAt(double tau2)
    {
        var form = FormAt(tau2);
        return Observed > form.Mean
            ? Distributions.NormalUpperQuantile(FormTail.Upper(form, Observed))
            : -Distributions.NormalUpperQuantile(FormTail.Lower(form, Observed));
    }

    private ProjectedForm FormAt(double tau2)
    {
        var diagonal = new double[variances.Length];
        for (var i = 0; i < diagonal.Length; i++)
        {
            diagonal[i] = weights[i] * (variances[i] + tau2);
        }

        return new ProjectedForm(diagonal, basis, columns);
    }
}
