using MetaBridge.Multilevel.Terms;

namespace MetaBridge.Multilevel.Shapes;

/// <summary>
/// The covariance M(θ) = V + Σ Z G Z' of k outcomes, with what a Gaussian likelihood needs of it, at the cost of its structure.
/// </summary>
/// <remarks>
/// <para>Bound to one matrix of columns Y = [X y] (k × c, c = p + 1, y last). θ are the search coordinates of all terms, one
/// after the other. With U = M⁻¹Y, a = M⁻¹(y − Xγ) and P = M⁻¹ − M⁻¹X C X'M⁻¹ the log-likelihood has ∂ℓ/∂M = −½P + ½aa' (C = (X'M⁻¹X)⁻¹ under
/// REML, 0 under ML).</para>
/// <para>Not thread-safe: one shape, one fit.</para>
/// </remarks>
internal abstract partial class CovarianceShape
{
    /// <summary>What kind of shape it is, for people.</summary>
    public abstract string Description { get; }

    /// <summary>Number of search coordinates.</summary>
    public abstract int ParameterCount { get; }

    /// <summary>Roughly how many operations a factorisation with its gradient takes.</summary>
    public abstract double Cost { get; }

    /// <summary>Factorises M(θ) and computes log|M| and Y'M⁻¹Y; false when M is not positive definite.</summary>
    public abstract bool Factor(ReadOnlySpan<double> theta);

    /// <summary>log|M|.</summary>
    public double LogDeterminant { get; protected set; }

    /// <summary>Y'M⁻¹Y, c × c.</summary>
    public abstract ReadOnlySpan<double> CrossProducts { get; }

    /// <summary>Adds ∂ℓ/∂θ to <paramref name="gradient"/>; remembers a = M⁻¹(y − Xγ) for <see cref="AddInformation"/>.</summary>
    /// <param name="coefficients">γ, p values.</param>
    /// <param name="inverse">C, p × p.</param>
    /// <param name="gradient">m values, added to.</param>
    public abstract void AddGradient(ReadOnlySpan<double> coefficients, ReadOnlySpan<double> inverse, Span<double> gradient);

    /// <summary>
    /// Adds the average information ½ a'Ṁ_i P Ṁ_j a (Gilmour, Thompson &amp; Cullis, 1995), less the part of the curvature that comes
    /// from terms not linear in their coordinates; after <see cref="AddGradient"/>.
    /// </summary>
    public abstract void AddInformation(ReadOnlySpan<double> inverse, Span<double> information);

    /// <summary>M⁻¹B for any columns B (k × n by rows, in the original order of rows).</summary>
    public abstract double[] Solve(ReadOnlySpan<double> b, int columns);

    /// <summary>M B for any columns B (k × n by rows, in the original order of rows).</summary>
    public abstract double[] Multiply(ReadOnlySpan<double> b, int columns);

    /// <summary>(∂M/∂θ_j) B at the parameters last factorised, for any columns B (k × n by rows, in the original order of rows).</summary>
    /// <param name="parameter">j.</param>
    /// <param name="b">B.</param>
    /// <param name="columns">n.</param>
    public abstract double[] ApplyDerivative(int parameter, ReadOnlySpan<double> b, int columns);

    /// <summary>A draw from N(0, M) at the parameters last factorised, in the original order of rows.</summary>
    /// <param name="normal">Gives independent standard normal values.</param>
    public abstract double[] Sample(Func<double> normal);

    /// <summary>½ (F'M⁻¹F − F'M⁻¹X C X'M⁻¹F) from its parts.</summary>
    protected static void AddProjected(ReadOnlySpan<double> ff, ReadOnlySpan<double> xf, ReadOnlySpan<double> inverse, int m, int p, Span<double> information)
    {
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                var sum = ff[(i * m) + j];
                for (var a = 0; a < p; a++)
                {
                    for (var b = 0; b < p; b++)
                    {
                        sum -= xf[(a * m) + i] * inverse[(a * p) + b] * xf[(b * m) + j];
                    }
                }

                information[(i * m) + j] += 0.5 * sum;
            }
        }
    }

    /// <summary>Takes Σ (∂ℓ/∂M_ij) ∂²M_ij/∂θ∂θ' off: what a term that is not linear in its coordinates adds to the curvature of −ℓ.</summary>
    protected static void SubtractSecondDerivatives(ReadOnlySpan<CovarianceTerm> terms, ReadOnlySpan<int> first, Span<double> information)
    {
        var m = first[^1];
        for (var t = 0; t < terms.Length; t++)
        {
            var n = first[t + 1] - first[t];
            var second = new double[n * n];
            terms[t].AddSecondDerivatives(second);
            for (var i = 0; i < n; i++)
            {
                for (var j = 0; j < n; j++)
                {
                    information[((first[t] + i) * m) + first[t] + j] -= second[(i * n) + j];
                }
            }
        }
    }
}
