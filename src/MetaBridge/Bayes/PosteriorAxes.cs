using MetaBridge.Numerics.Quadrature;

namespace MetaBridge.Bayes;

/// <summary>What an axis of the quadrature stands for.</summary>
internal enum AxisRole
{
    /// <summary>A coefficient of ln τ.</summary>
    Scale,

    /// <summary>ρ.</summary>
    Allocation,

    /// <summary>τ.</summary>
    Heterogeneity,

    /// <summary>ln of the variance of a coefficient with a t prior.</summary>
    Mixture,

    /// <summary>A coefficient of the effect whose prior is no mixture of normals.</summary>
    Coefficient,
}

/// <summary>One axis: its role, its number within the role, its map and its prior (null for mixtures).</summary>
internal sealed record PosteriorAxis(AxisRole Role, int Number, AxisMap Map, PriorDistribution? Prior);

/// <summary>The axes of the quadrature in their fixed order: scale coefficients, ρ, τ, mixtures, coefficients.</summary>
/// <remarks>
/// τ comes last of those that the data inform, because most derived quantities are increasing in τ given the others; mixtures and coefficients come after it, so
/// that they are summed out of every line along τ, and because the sums over studies do not depend on them.
/// </remarks>
internal sealed class PosteriorAxes
{
    private readonly List<PosteriorAxis> axes = [];

    public PosteriorAxes(BayesInput input, CoefficientModel coefficients)
    {
        for (var j = 0; j < input.ScalePriors.Length; j++)
        {
            if (!input.ScalePriors[j].IsPoint)
            {
                Add(AxisRole.Scale, j, input.ScalePriors[j]);
            }
        }

        if (input.Clusters is not null && !input.Allocation.IsPoint)
        {
            Add(AxisRole.Allocation, 0, input.Allocation);
        }

        if (!input.Heterogeneity.IsPoint)
        {
            Add(AxisRole.Heterogeneity, 0, input.Heterogeneity);
        }

        for (var m = 0; m < coefficients.Mixtures.Count; m++)
        {
            axes.Add(new PosteriorAxis(AxisRole.Mixture, m, new AxisMap(double.NegativeInfinity, double.PositiveInfinity), null));
        }

        for (var g = 0; g < coefficients.Gridded.Count; g++)
        {
            Add(AxisRole.Coefficient, g, coefficients.Gridded[g].Prior);
        }
    }

    /// <summary>How many.</summary>
    public int Count => axes.Count;

    /// <summary>How many before the mixtures and coefficients: those that the sums over studies depend on.</summary>
    public int Outer => axes.Count(axis => axis.Role < AxisRole.Mixture);

    /// <summary>An axis.</summary>
    public PosteriorAxis this[int index] => axes[index];

    /// <summary>The index of an axis, or −1.</summary>
    public int IndexOf(AxisRole role, int number = 0) => axes.FindIndex(axis => axis.Role == role && axis.Number == number);

    private void Add(AxisRole role, int number, PriorDistribution prior) =>
        axes.Add(new PosteriorAxis(role, number, new AxisMap(prior.Lower, prior.Upper), prior));
}
