using MetaBridge.Numerics;

namespace MetaBridge.Univariate;

/// <summary>The distribution of a generalised Q by its first two moments: where a search begins, and the scale on which it is nearly straight.</summary>
/// <remarks>
/// The mean of y'P_a y is linear in τ² and its variance quadratic. A scaled chi-square with both has a cube root that is nearly normal (Wilson &amp; Hilferty, 1931), so the quantile of
/// the normal distribution that belongs to an observed value is a closed form.
/// </remarks>
internal sealed class GeneralizedQModel
{
    private const int MaxDoublings = 60;
    private const double Precision = 1e-14;

    private readonly double observed;
    private readonly double mean;
    private readonly double slope;
    private readonly double unit;
    private readonly double constant;
    private readonly double linear;
    private readonly double quadratic;

    /// <param name="forms">The weighted forms.</param>
    /// <param name="variances">Sampling variances.</param>
    /// <param name="unit">A τ² of the size of the sampling variances or above.</param>
    public GeneralizedQModel(WeightedForms forms, double[] variances, double unit)
    {
        (observed, mean, slope, this.unit) = (forms.YPy, forms.Trace(variances), forms.Trace(), unit);
        double first = forms.TraceOfSquare(variances, unit), second = forms.TraceOfSquare(variances, 2 * unit);
        constant = forms.TraceOfSquare(variances, 0);
        quadratic = (second - (2 * first) + constant) / 2;
        linear = first - constant - quadratic;
    }

    /// <summary>z(τ²): the model has P(Q &gt; observed) = P(Z &gt; z). It falls.</summary>
    public double At(double tau2)
    {
        var m = mean + (slope * tau2);
        var x = tau2 / unit;
        // 2/(9 df) of the chi-square with these moments.
        var part = 2 * (constant + (x * (linear + (x * quadratic)))) / (m * m) / 9;
        return (Math.Cbrt(observed / m) - 1 + part) / Math.Sqrt(part);
    }

    /// <summary>The τ² at which z has a value; NaN when that is not above 0 or not to be found.</summary>
    public double Root(double z)
    {
        double low = 0, atLow = z - At(0), high = unit, atHigh = z - At(high);
        if (!(atLow < 0))
        {
            return double.NaN;
        }

        for (var step = 0; step < MaxDoublings && atHigh < 0; step++)
        {
            (low, atLow, high) = (high, atHigh, 2 * high);
            atHigh = z - At(high);
        }

        return atHigh >= 0 ? BracketedRoot.Find(tau2 => z - At(tau2), low, atLow, high, atHigh, Precision) : double.NaN;
    }
}
