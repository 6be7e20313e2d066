namespace MetaBridge.EffectSizes;

/// <summary>Fisher's r-to-z transformation, z = artanh r, with the variance of the delta method, v / (1 − r²)².</summary>
internal static class FisherZ
{
    public static (double Y, double V) Of((double R, double V) effect)
    {
        var slope = 1 - (effect.R * effect.R);
        return (Math.Atanh(effect.R), effect.V / (slope * slope));
    }
}
