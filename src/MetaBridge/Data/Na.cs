using System.Runtime.CompilerServices;

namespace MetaBridge.Data;

/// <summary>Missing values, as R represents them, so that NA survives every border and stays distinct from NaN.</summary>
public static class Na
{
    private const ulong RealBits = 0x7FF0_0000_0000_07A2;
    private const uint RealLowWord = 1954;

    /// <summary>The missing value of a number column: R's <c>NA_real_</c>, a NaN whose low word is 1954.</summary>
    public static double Real { get; } = BitConverter.UInt64BitsToDouble(RealBits);

    /// <summary>The missing value of an integer column: R's <c>NA_integer_</c>.</summary>
    public const int Integer = int.MinValue;

    /// <summary>True for NA, false for any number and for an ordinary NaN.</summary>
    /// <remarks>Only the low word is looked at, since arithmetic may set the quiet bit of the payload.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNa(double value) =>
        double.IsNaN(value) && (uint)BitConverter.DoubleToUInt64Bits(value) == RealLowWord;
}
