using System.Runtime.CompilerServices;

namespace MetaBridge.Multilevel.Shapes;

/// <summary>Σ log x_i of positive numbers with few logarithms: factors are multiplied up until the product nears the end of its range.</summary>
internal struct LogProduct
{
    /// <summary>A product beyond this is turned into its logarithm.</summary>
    public const double Large = 1e150;

    /// <summary>A product below this is turned into its logarithm.</summary>
    public const double Small = 1e-150;

    private double sum;
    private double product;
    private bool isStarted;

    /// <summary>The sum.</summary>
    public readonly double Value => isStarted ? sum + Math.Log(product) : 0;

    /// <summary>Takes in a factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Multiply(double factor)
    {
        product = isStarted ? product * factor : factor;
        isStarted = true;
        if (product > Large || product < Small)
        {
            sum += Math.Log(product);
            product = 1;
        }
    }
}
