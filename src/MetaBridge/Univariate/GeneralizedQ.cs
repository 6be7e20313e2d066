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

    private readonly double[] weights;
    private readonly double[] variances;
    private readonly double[] basis;
    private readonly int columns;
    private readonly double start;

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
