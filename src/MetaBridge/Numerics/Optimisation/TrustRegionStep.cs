using MetaBridge.Numerics.Dense;

namespace MetaBridge.Numerics.Optimisation;

/// <summary>Minimises the quadratic model g's + ½s'Bs over a ball (in B's own scale) cut with a box.</summary>
/// <remarks>
/// Over the free variables the ball problem is solved exactly by an eigendecomposition (Moré &amp; Sorensen, 1983), which copes
/// with indefinite B. Variables that would leave the box are set on its border and the rest is solved again, at most m times.
/// </remarks>
internal sealed class TrustRegionStep(int m)
{
    private readonly double[] matrix = new double[m * m];
    private readonly double[] vectors = new double[m * m];
    private readonly double[] scaledGradient = new double[m];
    private readonly double[] rotated = new double[m];
    private readonly double[] scaleOf = new double[m];
    private readonly int[] free = new int[m];
    private readonly bool[] isSet = new bool[m];

    /// <summary>Variables that may not move for the time being.</summary>
    public bool[] Held { get; } = new bool[m];

    /// <summary>Length of the last step in the scale of B.</summary>
    public double LastLength { get; private set; }

    /// <summary>√(g'B⁻¹g) over the variables that are free to move; eigenvalues below rounding are skipped.</summary>
    public double Decrement(double[] x, double[] g, double[] b, double[] lower, double[] upper)
    {
        var n = FindFree(x, g, b, lower, upper);
        Decompose(n, g, b, x: null, step: null);
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            var eigenvalue = Math.Abs(matrix[(i * n) + i]);
            sum += eigenvalue > 1e-12 ? rotated[i] * rotated[i] / eigenvalue : rotated[i] * rotated[i] * 1e12;
        }

        return Math.Sqrt(sum);
    }

    /// <summary>Computes the step and returns the decrease that the model predicts.</summary>
    public double Solve(double[] x, double[] g, double[] b, double[] lower, double[] upper, double radius, double[] step)
    {
        Array.Clear(step);
        var n = FindFree(x, g, b, lower, upper);
        for (var round = 0; round < m && n > 0; round++)
        {
            Decompose(n, g, b, x, step);
            SolveBall(n, radius, step);
            if (!SetOnBorder(x, lower, upper, step, ref n))
            {
                break;
            }
        }

        var length = 0.0;
        for (var i = 0; i < m; i++)
        {
            length += step[i] * scaleOf[i] * step[i] * scaleOf[i];
        }

        LastLength = Math.Sqrt(length);
        return Predict(g, b, step);
    }

    private int FindFree(double[] x, double[] g, double[] b, double[] lower, double[] upper)
    {
        var n = 0;
        for (var i = 0; i < m; i++)
        {
            var diagonal = Math.Abs(b[(i * m) + i]);
            scaleOf[i] = Math.Sqrt(Math.Max(diagonal, 1e-16));
            isSet[i] = Held[i] || (x[i] <= lower[i] && g[i] >= 0) || (x[i] >= upper[i] && g[i] <= 0);
            if (!isSet[i])
            {
                free[n++] = i;
            }
        }

        return n;
    }

    // Scaled, rotated problem of the free variables, given the steps already set for the others.
    private void Decompose(int n, double[] g, double[] b, double[]? x, double[]? step)
    {
        for (var i = 0; i < n; i++)
        {
            var row = free[i];
            var sum = g[row];
            if (step is not null)
            {
                for (var j = 0; j < m; j++)
                {
                    sum += isSet[j] ? b[(row * m) + j] * step[j] : 0;
                }
            }

            scaledGradient[i] = sum / scaleOf[row];
            for (var j = 0; j < n; j++)
            {
                matrix[(i * n) + j] = b[(row * m) + free[j]] / (scaleOf[row] * scaleOf[free[j]]);
            }
        }

        SymmetricEigen.Decompose(matrix, n, vectors);
        for (var i = 0; i < n; i++)
        {
            rotated[i] = 0;
            for (var j = 0; j < n; j++)
            {
                rotated[i] += vectors[(j * n) + i] * scaledGradient[j];
            }
        }
    }

    private void SolveBall(int n, double radius, double[] step)
    {
        var shift = FindShift(n, radius);
        for (var j = 0; j < n; j++)
        {
            var z = 0.0;
            for (var i = 0; i < n; i++)
            {
                z -= vectors[(j * n) + i] * rotated[i] / (Math.Max(matrix[(i * n) + i], -shift) + shift + Tiny);
            }

            step[free[j]] = z / scaleOf[free[j]];
        }
    }

    private const double Tiny = 1e-14;

    // The smallest shift ≥ 0 that makes B + shift·I definite and the step no longer than the radius.
    private double FindShift(int n, double radius)
    {
        var smallest = double.PositiveInfinity;
        for (var i = 0; i < n; i++)
        {
            smallest = Math.Min(smallest, matrix[(i * n) + i]);
        }

        var low = Math.Max(0, -smallest) + (smallest <= Tiny ? 1e-10 : 0);
        if (StepLength(n, low) <= radius)
        {
            return low;
        }

        var high = Math.Max(1e-6, 2 * low);
        while (StepLength(n, high) > radius)
        {
            high *= 4;
        }

        for (var i = 0; i < 60 && high - low > 1e-3 * high; i++)
        {
            var middle = low > 0 ? Math.Sqrt(low * high) : high / 16;
            (low, high) = StepLength(n, middle) > radius ? (middle, high) : (low, middle);
        }

        return high;
    }

    private double StepLength(int n, double shift)
    {
        var sum = 0.0;
        for (var i = 0; i < n; i++)
        {
            var z = rotated[i] / (matrix[(i * n) + i] + shift + Tiny);
            sum += z * z;
        }

        return Math.Sqrt(sum);
    }

    private bool SetOnBorder(double[] x, double[] lower, double[] upper, double[] step, ref int n)
    {
        var remaining = 0;
        var wasSet = false;
        for (var i = 0; i < n; i++)
        {
            var row = free[i];
            var target = x[row] + step[row];
            if (target < lower[row] || target > upper[row])
            {
                step[row] = (target < lower[row] ? lower[row] : upper[row]) - x[row];
                isSet[row] = true;
                wasSet = true;
            }
            else
            {
                free[remaining++] = row;
            }
        }

        n = remaining;
        return wasSet;
    }

    private double Predict(double[] g, double[] b, double[] step)
    {
        var sum = 0.0;
        for (var i = 0; i < m; i++)
        {
            var bs = 0.0;
            for (var j = 0; j < m; j++)
            {
                bs += b[(i * m) + j] * step[j];
            }

            sum -= step[i] * (g[i] + (0.5 * bs));
        }

        return sum;
    }
}
