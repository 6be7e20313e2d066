using System.Numerics;

namespace MetaBridge.Numerics.QuadraticForms;

/// <summary>Σ λ χ² with one positive weight λ and a number of degrees of freedom per term.</summary>
internal sealed class ChiSquaredMixture : IPositiveForm
{
    private readonly double[] weights;
    private readonly double[] degrees;

    /// <param name="weights">λ, positive.</param>
    /// <param name="degrees">Degrees of freedom of each term.</param>
    public ChiSquaredMixture(double[] weights, double[] degrees)
    {
        this.weights = weights;
        this.degrees = degrees;
        var largest = 0.0;
        for (var i = 0; i < weights.Length; i++)
        {
            largest = Math.Max(largest, weights[i]);
            Mean += weights[i] * degrees[i];
        }

        // Relative to the largest, so that no square leaves the range of numbers.
        Deviation = largest * Math.Sqrt(2 * weights.Zip(degrees, (weight, df) => weight / largest * (weight / largest) * df).Sum());
        Abscissa = 1 / (2 * largest);
    }

    /// <inheritdoc/>
    public double Abscissa { get; }

    /// <inheritdoc/>
    public double Mean { get; }

    /// <inheritdoc/>
    public double Deviation { get; }

    /// <inheritdoc/>
    public Complex Cumulant(Complex s)
    {
        var sum = Complex.Zero;
        for (var i = 0; i < weights.Length; i++)
        {
            // 1 − 2sλ is real and negative only on the branch cut, so the principal branch is the continuous one.
            sum += degrees[i] * Complex.Log(1 - (2 * s * weights[i]));
        }

        return -0.5 * sum;
    }

    /// <inheritdoc/>
    public void Focus(double c, double radius)
    {
        // Every point costs little here.
    }
}
