namespace MetaBridge.Inference;

/// <summary>What a Wald test of L β is compared with.</summary>
/// <param name="Df">Denominator degrees of freedom; NaN for the normal and χ² distributions, infinite when the covariance is known without error.</param>
/// <param name="Scale">λ: the factor of the Wald F statistic before it is compared with F.</param>
internal readonly record struct TestDegrees(double Df, double Scale = 1)
{
    /// <summary>The degrees of freedom for t and F, or NaN where these are the normal and χ² distributions.</summary>
    public double Finite => double.IsPositiveInfinity(Df) ? double.NaN : Df;
}

/// <summary>A covariance of the coefficients together with the reference distributions of tests that use it.</summary>
internal abstract class TestReference
{
    /// <summary>Var(β̂), p × p.</summary>
    public abstract double[] Covariance { get; }

    /// <summary>The reference of the test of q combinations L β.</summary>
    /// <param name="rows">L, q × p by rows, of full row rank.</param>
    /// <param name="q">q.</param>
    public abstract TestDegrees Degrees(ReadOnlySpan<double> rows, int q);

    /// <summary>The reference of each coefficient by itself.</summary>
    public double[] OfCoefficients(int p)
    {
        var df = new double[p];
        for (var j = 0; j < p; j++)
        {
            var row = new double[p];
            row[j] = 1;
            df[j] = Degrees(row, 1).Df;
        }

        return df;
    }
}

/// <summary>Degrees of freedom that were given per coefficient: a combination takes the smallest of those that it involves.</summary>
internal sealed class GivenDegrees(double[] covariance, double[] df) : TestReference
{
    /// <inheritdoc/>
    public override double[] Covariance => covariance;

    /// <inheritdoc/>
    public override TestDegrees Degrees(ReadOnlySpan<double> rows, int q)
    {
        var smallest = double.NaN;
        for (var i = 0; i < rows.Length; i++)
        {
            var own = df[i % df.Length];
            if (rows[i] != 0 && !(own >= smallest))
            {
                smallest = own;
            }
        }

        return new TestDegrees(smallest);
    }
}
