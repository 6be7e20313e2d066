using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MetaBridge.Stratified;

/// <summary>Adds the terms of four tables to the sums of a measure; tables without subjects add nothing.</summary>
/// <remarks>
/// a, b, c, d are the cells; n1 = a + b, n2 = c + d, N = n1 + n2, the events m = a + c and non-events N − m. Of person-time data a and c are the
/// events, b and d the person-times.
/// </remarks>
internal interface IStratumTerms
{
    /// <summary>Adds.</summary>
    static abstract void Add(
        ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d);
}

/// <summary>The same for terms with parameters of their own, as those of a second pass around the pooled effect.</summary>
internal interface IStratumPass
{
    /// <summary>Adds.</summary>
    void Add(ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d);
}

/// <summary>A pass over the terms of a measure.</summary>
internal readonly struct TermsPass<T> : IStratumPass
    where T : struct, IStratumTerms
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d) =>
        T.Add(ref sums, a, b, c, d);
}

/// <summary>The sums of <see cref="StratumSums"/> in four lanes each.</summary>
internal struct VectorSums
{
    public Vector256<double> R, S, V1, V2, V3, Excess, Conditional, Binomial;

    public readonly StratumSums Total => new(
        Vector256.Sum(R), Vector256.Sum(S), Vector256.Sum(V1), Vector256.Sum(V2), Vector256.Sum(V3), Vector256.Sum(Excess),
        Vector256.Sum(Conditional), Vector256.Sum(Binomial));
}

/// <summary>The terms of each measure.</summary>
internal static class StratumTerms
{
    private const uint AllLanes = 15;

    private static Vector256<double> One => Vector256<double>.One;

    /// <summary>1/N, zero for an empty table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Inverse(Vector256<double> n) =>
        Vector256.ConditionalSelect(Vector256.GreaterThan(n, Vector256<double>.Zero), One / n, Vector256<double>.Zero);

    /// <summary>1/N and 1/(N(N − 1)), the latter zero up to one subject, of whom no test learns anything.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<double> Single, Vector256<double> Pair) Inverses(Vector256<double> n)
    {
        var less = n - One;
        var isMany = Vector256.GreaterThan(n, One);
        var pair = Vector256.ConditionalSelect(isMany, One / (n * less), Vector256<double>.Zero);

        // One division serves both but for tiny tables, which are rare.
        return (isMany.ExtractMostSignificantBits() == AllLanes ? pair * less : Inverse(n), pair);
    }

    /// <summary>Odds ratio: R = Σ ad/N, S = Σ bc/N; variance of Robins, Breslow &amp; Greenland (1986) from ΣPR, Σ(PS + QR), ΣQS with P = (a + d)/N, Q = (b + c)/N.</summary>
    internal readonly struct OddsRatio : IStratumTerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
        {
            Vector256<double> n1 = a + b, n2 = c + d, n = n1 + n2;
            var (single, pair) = Inverses(n);
            Vector256<double> ad = a * d, bc = b * c, r = ad * single, s = bc * single, p = (a + d) * single, q = (b + c) * single;
            sums.R += r;
            sums.S += s;
            sums.V1 += p * r;
            sums.V2 += (p * s) + (q * r);
            sums.V3 += q * s;
            sums.Excess += (ad - bc) * single;
            var margins = n1 * n2 * single * ((a + c) * (b + d));
            sums.Conditional += margins * pair;
            sums.Binomial += margins * single * single;
        }
    }

    /// <summary>Risk ratio: R = Σ a n2/N, S = Σ c n1/N; variance of Greenland &amp; Robins (1985) from Σ(n1 n2 m − acN)/N².</summary>
    internal readonly struct RiskRatio : IStratumTerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
        {
            Vector256<double> n1 = a + b, n2 = c + d, single = Inverse(n1 + n2);
            sums.R += a * n2 * single;
            sums.S += c * n1 * single;
            sums.V1 += ((n1 * n2 * (a + c) * single) - (a * c)) * single;
        }
    }

    /// <summary>Risk difference: R = Σ(a n2 − c n1)/N = Σ(ad − bc)/N, S = Σ n1 n2/N; variance of Sato, Greenland &amp; Robins (1989).</summary>
    internal readonly struct RiskDifference : IStratumTerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
        {
            var half = Vector256.Create(0.5);
            Vector256<double> n1 = a + b, n2 = c + d, single = Inverse(n1 + n2), product = n1 * n2;
            sums.R += ((a * d) - (b * c)) * single;
            sums.S += product * single;
            sums.V1 += ((n1 * n1 * c) - (n2 * n2 * a) + (product * (n2 - n1) * half)) * single * single;
            sums.V2 += ((a * d) + (c * b)) * half * single;
        }
    }

    /// <summary>Rate ratio of events a, c over times b, d, T = b + d: R = Σ ad/T, S = Σ cb/T; variance of Greenland &amp; Robins (1985) from Σ bd m/T².</summary>
    internal readonly struct RateRatio : IStratumTerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
        {
            Vector256<double> single = Inverse(b + d), first = a * d, second = c * b;
            sums.R += first * single;
            sums.S += second * single;
            sums.Excess += (first - second) * single;
            var variance = b * single * (d * single) * (a + c);
            sums.V1 += variance;
            sums.Conditional += variance;
        }
    }

    /// <summary>Rate difference: R = Σ(ad − cb)/T, S = Σ bd/T; variance from Σ(ad² + cb²)/T² (Greenland &amp; Robins, 1985).</summary>
    internal readonly struct RateDifference : IStratumTerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
        {
            Vector256<double> single = Inverse(b + d), own = b * single, other = d * single;
            sums.R += (a * other) - (c * own);
            sums.S += own * d;
            sums.V1 += (a * other * other) + (c * own * own);
        }
    }

    /// <summary>Peto's log odds ratio: R = Σ(a − n1 m/N) = Σ(ad − bc)/N, S = Σ n1 n2 m (N − m)/(N²(N − 1)), its hypergeometric variance.</summary>
    internal readonly struct Peto : IStratumTerms
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Add(ref VectorSums sums, Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
        {
            Vector256<double> n1 = a + b, n2 = c + d;
            var (single, pair) = Inverses(n1 + n2);
            sums.R += ((a * d) - (b * c)) * single;
            sums.S += n1 * n2 * single * ((a + c) * (b + d)) * pair;
        }
    }
}
