namespace MetaBridge.Tests.Multilevel.HighPrecision;

/// <summary>A number of about 32 digits as an unevaluated sum of two doubles (Dekker, 1971; Hida, Li &amp; Bailey, 2001).</summary>
internal readonly record struct DoubleDouble(double High, double Low)
{
    private static readonly DoubleDouble LogTwo = new(0.693147180559945286, 2.319046813846299558e-17);

    public static implicit operator DoubleDouble(double value) => new(value, 0);

    public static explicit operator double(DoubleDouble value) => value.High + value.Low;

    public static DoubleDouble operator -(DoubleDouble a) => new(-a.High, -a.Low);

    public static DoubleDouble operator +(DoubleDouble a, DoubleDouble b)
    {
        var (s, e) = TwoSum(a.High, b.High);
        var (t, f) = TwoSum(a.Low, b.Low);
        (s, e) = QuickTwoSum(s, e + t);
        (s, e) = QuickTwoSum(s, e + f);
        return new(s, e);
    }

    public static DoubleDouble operator -(DoubleDouble a, DoubleDouble b) => a + -b;

    public static DoubleDouble operator *(DoubleDouble a, DoubleDouble b)
    {
        var p = a.High * b.High;
        var e = Math.FusedMultiplyAdd(a.High, b.High, -p) + ((a.High * b.Low) + (a.Low * b.High));
        (p, e) = QuickTwoSum(p, e);
        return new(p, e);
    }

    public static DoubleDouble operator /(DoubleDouble a, DoubleDouble b)
    {
        DoubleDouble q = a.High / b.High;
        var r = a - (q * b);
        DoubleDouble second = r.High / b.High;
        r -= second * b;
        return q + second + (r.High / b.High);
    }

    public static DoubleDouble Sqrt(DoubleDouble a)
    {
        DoubleDouble x = Math.Sqrt(a.High);
        x = (x + (a / x)) * 0.5;
        return (x + (a / x)) * 0.5;
    }

    public static DoubleDouble Exp(DoubleDouble a)
    {
        var n = Math.Round(a.High / LogTwo.High);
        const int Halvings = 9;
        var r = (a - (LogTwo * n)) * Math.ScaleB(1, -Halvings);
        DoubleDouble term = 1.0, sum = 1.0;
        for (var i = 1; i < 20; i++)
        {
            term = term * r / i;
            sum += term;
        }

        for (var i = 0; i < Halvings; i++)
        {
            sum *= sum;
        }

        return sum * Math.ScaleB(1, (int)n);
    }

    public static DoubleDouble Log(DoubleDouble a)
    {
        DoubleDouble y = Math.Log(a.High);
        y = y + (a * Exp(-y)) - 1.0;
        return y + (a * Exp(-y)) - 1.0;
    }

    /// <summary>a^d: by multiplication for whole d, else by logarithms (a &gt; 0).</summary>
    public static DoubleDouble Pow(DoubleDouble a, double d)
    {
        if (d != Math.Round(d))
        {
            return Exp(Log(a) * d);
        }

        DoubleDouble result = 1.0;
        for (var i = 0; i < (int)d; i++)
        {
            result *= a;
        }

        return result;
    }

    private static (double Sum, double Error) TwoSum(double a, double b)
    {
        var s = a + b;
        var v = s - a;
        return (s, (a - (s - v)) + (b - v));
    }

    private static (double Sum, double Error) QuickTwoSum(double a, double b)
    {
        var s = a + b;
        return (s, b - (s - a));
    }
}
