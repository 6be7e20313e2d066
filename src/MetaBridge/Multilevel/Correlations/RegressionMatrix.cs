using MetaBridge.Errors;
using MetaBridge.Numerics.Dense;

namespace MetaBridge.Multilevel.Correlations;

/// <summary>The parts of R that a regression needs, checked.</summary>
internal sealed class RegressionMatrix
{
    private readonly CorrelationRegressionInput input;
    private readonly int p;
    private readonly int m;

    public RegressionMatrix(CorrelationRegressionInput input)
    {
        this.input = input;
        p = input.Matrix.Names.Count;
        m = input.Predictors.Count;
        CheckVariables();
        CheckKind();
        Inverse = InverseOfPredictors();
    }

    /// <summary>A⁻¹, m × m.</summary>
    public double[] Inverse { get; }

    /// <summary>R_yy.</summary>
    public double OutcomeVariance => Element(input.Outcome, input.Outcome);

    /// <summary>c_i.</summary>
    public double WithOutcome(int i) => Element(input.Predictors[i], input.Outcome);

    /// <summary>b = A⁻¹c.</summary>
    public double[] Slopes()
    {
        var b = new double[m];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                b[i] += Inverse[(i * m) + j] * WithOutcome(j);
            }
        }

        return b;
    }

    /// <summary>J V J' with J the derivative of b by the elements of R.</summary>
    public double[] DeltaCovariance(double[] b)
    {
        var count = ElementCount;
        var jacobian = Jacobian(b, count);
        var v = input.ElementCovariance!;
        var result = new double[m * m];
        var half = new double[count];
        for (var i = 0; i < m; i++)
        {
            for (var e = 0; e < count; e++)
            {
                half[e] = 0;
                for (var f = 0; f < count; f++)
                {
                    half[e] += v[(Math.Max(e, f) * count) + Math.Min(e, f)] * jacobian[(i * count) + f];
                }
            }

            for (var j = 0; j < m; j++)
            {
                for (var e = 0; e < count; e++)
                {
                    result[(i * m) + j] += half[e] * jacobian[(j * count) + e];
                }
            }
        }

        return result;
    }

    private int ElementCount => input.IsCovariance ? p * (p + 1) / 2 : p * (p - 1) / 2;

    // Elements go by columns of the lower triangle.
    private double[] Jacobian(double[] b, int count)
    {
        var place = new int[p];
        Array.Fill(place, -1);
        for (var i = 0; i < m; i++)
        {
            place[input.Predictors[i]] = i;
        }

        var jacobian = new double[m * count];
        for (int column = 0, at = 0; column < p; column++)
        {
            for (var row = input.IsCovariance ? column : column + 1; row < p; row++, at++)
            {
                var scale = input.IsFisherZ ? 1 - (Element(row, column) * Element(row, column)) : 1;
                var (i, j) = (place[row], place[column]);
                for (var t = 0; t < m; t++)
                {
                    jacobian[(t * count) + at] = scale * Slope(t, row, column, i, j, b);
                }
            }
        }

        return jacobian;
    }

    private double Slope(int t, int row, int column, int i, int j, double[] b)
    {
        if (row == input.Outcome || column == input.Outcome)
        {
            var x = row == input.Outcome ? j : i;
            return x < 0 ? 0 : Inverse[(t * m) + x];
        }

        if (i < 0 || j < 0)
        {
            return 0;
        }

        return i == j ? -Inverse[(t * m) + i] * b[i] : -((Inverse[(t * m) + i] * b[j]) + (Inverse[(t * m) + j] * b[i]));
    }

    private double Element(int i, int j)
    {
        if (i == j && !input.IsCovariance)
        {
            return 1;
        }

        var value = input.Matrix.Values[(Math.Max(i, j) * p) + Math.Min(i, j)];
        return input.IsFisherZ ? Math.Tanh(value) : value;
    }

    private double[] InverseOfPredictors()
    {
        var a = new double[m * m];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                a[(i * m) + j] = Element(input.Predictors[i], input.Predictors[j]);
            }
        }

        var scales = Enumerable.Range(0, m).Select(i => Math.Sqrt(a[(i * m) + i])).ToArray();
        var unit = new double[m * m];
        for (var i = 0; i < m; i++)
        {
            for (var j = 0; j < m; j++)
            {
                unit[(i * m) + j] = i == j ? 1 : a[(i * m) + j] / (scales[i] * scales[j]);
            }
        }

        var factor = input.UsesNearest && SymmetricEigen.Values(unit, m)[0] <= 0 ? NearestCorrelation.Of(unit, m) : (double[])unit.Clone();
        if (!SmallCholesky.Factor(factor, m))
        {
            var smallest = SymmetricEigen.Values(unit, m)[0];
            throw new MetaBridgeException(
                ErrorCode.BlockNotPositiveDefinite,
                $"The matrix of the predictors {string.Join(", ", input.Predictors.Select(x => input.Matrix.Names[x]))} is not positive definite: " +
                $"the smallest eigenvalue of its correlation matrix is {smallest:G6}.",
                new Dictionary<string, object?> { ["eigenvalue"] = smallest });
        }

        var inverse = new double[m * m];
        SmallCholesky.Inverse(factor, m, inverse);
        for (var i = 0; i < inverse.Length; i++)
        {
            inverse[i] /= scales[i / m] * scales[i % m];
        }

        return inverse;
    }

    private void CheckVariables()
    {
        Require(input.Matrix.Values.Length == p * p, ErrorCode.LengthMismatch, $"R has {input.Matrix.Values.Length} values for {p} variables.");
        Require(m > 0, ErrorCode.SpecificationInvalid, "There is no predictor 'x'.");
        foreach (var variable in input.Predictors.Append(input.Outcome))
        {
            Require(variable >= 0 && variable < p, ErrorCode.InvalidOption, $"There is no variable {variable + 1} in R, which has {p}.");
        }

        Require(!input.Predictors.Contains(input.Outcome), ErrorCode.SpecificationInvalid, $"The outcome '{input.Matrix.Names[input.Outcome]}' is also among the predictors.");
        Require(input.Predictors.Distinct().Count() == m, ErrorCode.DuplicateName, "A predictor is given twice.");
        Require(input.SampleSize is null != input.ElementCovariance is null, ErrorCode.SpecificationInvalid, "Give either 'n' or 'V'.");
        Require(
            input.ElementCovariance is null || input.ElementCovariance.Length == ElementCount * ElementCount,
            ErrorCode.LengthMismatch, $"V has {input.ElementCovariance?.Length} values, but R has {ElementCount} elements.");
        Require(input.Means is null || input.Means.Count == p, ErrorCode.LengthMismatch, $"There are {input.Means?.Count} means for {p} variables.");
        Require(input.Level is > 0 and < 100, ErrorCode.InvalidOption, $"The option 'level' is {input.Level:R}; it must be between 0 and 100 percent, both excluded.");
    }

    private void CheckKind()
    {
        Require(!(input.IsCovariance && input.IsFisherZ), ErrorCode.SpecificationInvalid, "A covariance matrix has no Fisher's z to transform back.");
        var used = input.Predictors.Append(input.Outcome).ToArray();
        foreach (var i in used)
        {
            Require(
                !input.IsCovariance || Element(i, i) > 0, ErrorCode.NonPositiveVariance,
                $"The variance of '{input.Matrix.Names[i]}' in R is {Element(i, i):R}.");
            foreach (var j in used)
            {
                Require(
                    double.IsFinite(Element(i, j)) && (input.IsCovariance || Math.Abs(Element(i, j)) <= 1), ErrorCode.InvalidOption,
                    $"R has {Element(i, j):R} for '{input.Matrix.Names[i]}' and '{input.Matrix.Names[j]}'; a correlation must be between -1 and 1.");
            }
        }

        var coefficients = m + (input.IsCovariance ? 1 : 0);
        Require(
            input.SampleSize is not { } n || n > coefficients, ErrorCode.TooFewStudies,
            $"A sample of {input.SampleSize:R} is too small for {coefficients} coefficients.");
    }

    private static void Require(bool isMet, ErrorCode code, string message)
    {
        if (!isMet)
        {
            throw new MetaBridgeException(code, message);
        }
    }
}
