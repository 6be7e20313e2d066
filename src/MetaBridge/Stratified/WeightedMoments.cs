namespace MetaBridge.Stratified;

/// <summary>Weight, mean and sum of squares of effect sizes, joined without cancellation (Chan, Golub &amp; LeVeque, 1983).</summary>
/// <param name="Count">How many effect sizes.</param>
/// <param name="Weight">W = Σ 1/v.</param>
/// <param name="Mean">Σ(y/v)/W; 0 when there is none.</param>
/// <param name="Squares">Σ(y − mean)²/v.</param>
internal readonly record struct WeightedMoments(int Count, double Weight, double Mean, double Squares)
{
    /// <summary>One effect size; none when it is missing.</summary>
    public static WeightedMoments Of(double effect, double variance) =>
        double.IsNaN(effect) || double.IsNaN(variance) ? default : new(1, 1 / variance, effect, 0);

    public static WeightedMoments operator +(in WeightedMoments x, in WeightedMoments y)
    {
        if (x.Count == 0 || y.Count == 0)
        {
            return x.Count == 0 ? y : x;
        }

        var weight = x.Weight + y.Weight;
        var distance = y.Mean - x.Mean;
        return new(
            x.Count + y.Count,
            weight,
            x.Mean + (distance * (y.Weight / weight)),
            x.Squares + y.Squares + (distance * distance * x.Weight * (y.Weight / weight)));
    }

    /// <summary>Q = Σ(y − centre)²/v.</summary>
    public double Around(double centre) => Squares + (Weight * (Mean - centre) * (Mean - centre));
}
