namespace MetaBridge.Numerics;

/// <summary>Some order statistics x₍ᵣ₎ of n normal values: moments, likelihood and estimators.</summary>
internal static class NormalOrderStatistics
{
    private const int MaxSteps = 200;
    private const double Tolerance = 1e-13;

    /// <summary>The best linear unbiased estimators of mean and standard deviation (Lloyd, 1952) with approximate moments.</summary>
    /// <param name="x">The order statistics.</param>
    /// <param name="ranks">Their places r.</param>
    /// <param name="n">How many values.</param>
    public static (double Mean, double Sd) BestLinearUnbiased(double[] x, double[] ranks, double n)
    {
        var (expectation, covariance) = Moments(ranks, n);
        double[] ones = [.. x.Select(_ => 1.0)];
        double[] weighted = Solve(covariance, ones), leaning = Solve(covariance, expectation);
        double a = Dot(ones, weighted), b = Dot(ones, leaning), c = Dot(expectation, leaning), u = Dot(x, weighted), v = Dot(x, leaning);
        var determinant = (a * c) - (b * b);
        return (((c * u) - (b * v)) / determinant, ((a * v) - (b * u)) / determinant);
    }

    /// <summary>Expectations and covariances of standard normal order statistics: the series of David and Johnson (1954) up to (n + 2)⁻².</summary>
    /// <remarks>With p = r/(n + 1), q = 1 − p and the derivatives Q′, Q″, … of the normal quantile function at p.</remarks>
    public static (double[] Expectation, double[,] Covariance) Moments(double[] ranks, double n)
    {
        Expansion[] at = [.. ranks.Select(r => Expansion.At(r / (n + 1)))];
        var m = n + 2;
        double[] expectation =
        [
            .. at.Select(e => e.Q0 + (e.P * e.Q * e.Q2 / (2 * m)) + (e.P * e.Q * (((e.Q - e.P) * e.Q3 / 3) + (e.P * e.Q * e.Q4 / 8)) / (m * m))),
        ];
        var covariance = new double[at.Length, at.Length];
        for (var i = 0; i < at.Length; i++)
        {
            for (var j = i; j < at.Length; j++)
            {
                Expansion r = at[i], s = at[j];
                var second = ((r.Q - r.P) * r.Q2 * s.Q1) + ((s.Q - s.P) * r.Q1 * s.Q2)
                    + (((r.P * r.Q * r.Q3 * s.Q1) + (s.P * s.Q * r.Q1 * s.Q3) + (r.P * s.Q * r.Q2 * s.Q2)) / 2);
                covariance[i, j] = covariance[j, i] = r.P * s.Q * ((r.Q1 * s.Q1 / m) + (second / (m * m)));
            }
        }

        return (expectation, covariance);
    }

    /// <summary>The logarithm of their joint density, without its constant.</summary>
    public static double LogLikelihood(double[] x, double[] ranks, double n, double mean, double sd)
    {
        var sum = -x.Length * Math.Log(sd);
        double before = double.NegativeInfinity, rank = 0;
        for (var i = 0; i <= x.Length; i++)
        {
            var z = i < x.Length ? (x[i] - mean) / sd : double.PositiveInfinity;
            var between = (i < x.Length ? ranks[i] : n + 1) - rank - 1;
            sum += between > 0 ? between * TruncatedNormal.LogMass(before, z) : 0;
            if (i < x.Length)
            {
                sum -= z * z / 2;
                (before, rank) = (z, ranks[i]);
            }
        }

        return sum;
    }

    /// <summary>Mean and standard deviation of highest likelihood.</summary>
    /// <remarks>
    /// In a = 1/σ and b = μ/σ the logarithm is concave (the normal density is log-concave, and so is the mass between two lines), so that
    /// Newton's steps, halved until they climb, end at the one maximum.
    /// </remarks>
    public static (double Mean, double Sd) MaximumLikelihood(double[] x, double[] ranks, double n, double mean, double sd)
    {
        double a = 1 / sd, b = mean / sd, height = Height(a, b);
        for (var step = 0; step < MaxSteps; step++)
        {
            var (da, db) = NewtonStep(x, ranks, n, a, b);
            var factor = 1.0;
            while (factor > Tolerance && !(a + (factor * da) > 0 && Height(a + (factor * da), b + (factor * db)) >= height))
            {
                factor /= 2;
            }

            if (factor <= Tolerance || Math.Abs(da) + Math.Abs(db) <= Tolerance * (a + Math.Abs(b)))
            {
                break;
            }

            (a, b) = (a + (factor * da), b + (factor * db));
            height = Height(a, b);
        }

        return (b / a, 1 / a);

        double Height(double scale, double shift) => LogLikelihood(x, ranks, n, shift / scale, 1 / scale);
    }

    private static (double A, double B) NewtonStep(double[] x, double[] ranks, double n, double a, double b)
    {
        double ga = x.Length / a, gb = 0, haa = -x.Length / (a * a), hab = 0, hbb = 0;
        double rank = 0, before = double.NegativeInfinity, xBefore = 0;
        for (var i = 0; i <= x.Length; i++)
        {
            var isLast = i == x.Length;
            double xi = isLast ? 0 : x[i], z = isLast ? double.PositiveInfinity : (a * xi) - b, between = (isLast ? n + 1 : ranks[i]) - rank - 1;
            if (between > 0)
            {
                // d ln(Φ(z) − Φ(before)): hazards at both ends.
                var mass = TruncatedNormal.LogMass(before, z);
                double up = Hazard(z, mass), low = Hazard(before, mass);
                double da = (up * xi) - (low * xBefore), db = low - up;
                double zUp = isLast ? 0 : z * up, zLow = i == 0 ? 0 : before * low;
                ga += between * da;
                gb += between * db;
                haa += between * ((zLow * xBefore * xBefore) - (zUp * xi * xi) - (da * da));
                hab += between * ((zUp * xi) - (zLow * xBefore) - (da * db));
                hbb += between * (zLow - zUp - (db * db));
            }

            if (!isLast)
            {
                ga -= z * xi;
                gb += z;
                haa -= xi * xi;
                hab += xi;
                hbb -= 1;
                (before, xBefore, rank) = (z, xi, ranks[i]);
            }
        }

        var determinant = (haa * hbb) - (hab * hab);
        return (((hab * gb) - (hbb * ga)) / determinant, ((hab * ga) - (haa * gb)) / determinant);
    }

    private static double Hazard(double z, double logMass) => double.IsInfinity(z) ? 0 : Math.Exp((-z * z / 2) - logMass) / Math.Sqrt(2 * Math.PI);

    /// <summary>C⁻¹v by elimination; C is at most 5 × 5.</summary>
    private static double[] Solve(double[,] c, double[] v)
    {
        var size = v.Length;
        var a = (double[,])c.Clone();
        var x = (double[])v.Clone();
        for (var i = 0; i < size; i++)
        {
            for (var j = i + 1; j < size; j++)
            {
                var factor = a[j, i] / a[i, i];
                x[j] -= factor * x[i];
                for (var l = i; l < size; l++)
                {
                    a[j, l] -= factor * a[i, l];
                }
            }
        }

        for (var i = size - 1; i >= 0; i--)
        {
            for (var j = i + 1; j < size; j++)
            {
                x[i] -= a[i, j] * x[j];
            }

            x[i] /= a[i, i];
        }

        return x;
    }

    private static double Dot(double[] x, double[] y) => x.Zip(y, (a, b) => a * b).Sum();

    /// <summary>The normal quantile function and its derivatives at p.</summary>
    private readonly record struct Expansion(double P, double Q, double Q0, double Q1, double Q2, double Q3, double Q4)
    {
        public static Expansion At(double p)
        {
            var z = -Distributions.NormalUpperQuantile(p);
            var f = Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI);
            return new(p, 1 - p, z, 1 / f, z / (f * f), (1 + (2 * z * z)) / (f * f * f), z * (7 + (6 * z * z)) / (f * f * f * f));
        }
    }
}
