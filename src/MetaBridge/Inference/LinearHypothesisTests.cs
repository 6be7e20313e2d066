using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Numerics.Dense;
using MetaBridge.Univariate;

namespace MetaBridge.Inference;

/// <summary>Wald tests of linear hypotheses with any covariance and reference.</summary>
internal static class LinearHypothesisTests
{
    /// <summary>Tests a hypothesis.</summary>
    /// <param name="hypothesis">L and r.</param>
    /// <param name="names">Names of the coefficients.</param>
    /// <param name="estimates">β̂.</param>
    /// <param name="reference">Covariance and reference.</param>
    /// <param name="level">Confidence level in percent.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.LengthMismatch"/> or <see cref="ErrorCode.RankDeficientDesign"/> (dependent rows).</exception>
    public static LinearHypothesisTest Test(
        LinearHypothesis hypothesis, IReadOnlyList<string> names, double[] estimates, TestReference reference, double level)
    {
        var (q, p) = (hypothesis.Rows.Count, estimates.Length);
        if (hypothesis.Rows[0].Count != p)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"The hypothesis has {hypothesis.Rows[0].Count} columns, but the model has {p} coefficients.",
                new Dictionary<string, object?> { ["length"] = hypothesis.Rows[0].Count, ["coefficients"] = p });
        }

        var l = hypothesis.Rows.SelectMany(row => row).ToArray();
        var distance = RowMatrix.Product(l, estimates, q, p, 1);
        for (var i = 0; i < q; i++)
        {
            distance[i] -= hypothesis.RightSide[i];
        }

        var covariance = RowMatrix.Congruence(l, reference.Covariance, q, p);
        var rows = Enumerable.Range(0, q).Select(i => reference.Degrees(l.AsSpan(i * p, p), 1)).ToArray();
        return new LinearHypothesisTest(
            hypothesis,
            Table([.. hypothesis.Rows.Select(row => NameOf(row, names))], distance, covariance, [.. rows.Select(row => row.Finite)], level),
            [.. rows.Select(row => row.Df)],
            Joint(distance, covariance, reference.Degrees(l, q), out var scale),
            scale);
    }

    /// <summary>Estimates with a t (or, where the degrees of freedom are NaN, normal) test each.</summary>
    public static CoefficientTable Table(IReadOnlyList<string> names, double[] estimates, double[] covariance, double[] df, double level)
    {
        var tables = df.Distinct().ToDictionary(value => value, value => WaldTests.Table(names, estimates, covariance, value, level));
        var own = Array.ConvertAll(df, value => tables[value]);
        return own[0] with
        {
            PValues = [.. own.Select((t, i) => t.PValues[i])],
            Lower = [.. own.Select((t, i) => t.Lower[i])],
            Upper = [.. own.Select((t, i) => t.Upper[i])],
        };
    }

    /// <summary>λ w/q against F, or w against χ².</summary>
    public static TestResult Joint(double[] distance, double[] covariance, TestDegrees degrees, out double scale)
    {
        var q = distance.Length;
        scale = degrees.Scale;
        var plain = WaldTests.Omnibus(distance, covariance, [.. Enumerable.Range(0, q)], degrees.Finite);
        if (double.IsNaN(degrees.Df))
        {
            return plain;
        }

        var f = double.IsNaN(degrees.Finite) ? plain.Statistic / q : plain.Statistic * scale;
        var tail = double.IsNaN(degrees.Finite) ? Distributions.ChiSquaredUpper(plain.Statistic, q) : Distributions.FUpper(f, q, degrees.Df);
        return new TestResult(f, q, degrees.Df, tail);
    }

    // 2*a - b: as one would write the combination.
    private static string NameOf(IReadOnlyList<double> row, IReadOnlyList<string> names)
    {
        var text = new System.Text.StringBuilder();
        for (var j = 0; j < row.Count; j++)
        {
            if (row[j] == 0)
            {
                continue;
            }

            var size = Math.Abs(row[j]);
            text.Append(text.Length == 0 ? (row[j] < 0 ? "-" : "") : (row[j] < 0 ? " - " : " + "));
            text.Append(size == 1 ? names[j] : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{size:G6}*{names[j]}"));
        }

        return text.ToString();
    }
}
