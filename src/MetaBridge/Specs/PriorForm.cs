using MetaBridge.Errors;

namespace MetaBridge.Specs;

/// <summary>The parameters of each prior family by RoBMA's names, in the order in which they are written.</summary>
internal static class PriorForm
{
    private sealed record Parameter(string Name, Func<Prior, double?> Get, Func<Prior, double, Prior> Set);

    private static readonly Parameter Location = new("location", prior => prior.Location, (prior, x) => prior with { Location = x });
    private static readonly Parameter Scale = new("scale", prior => prior.Scale, (prior, x) => prior with { Scale = x });
    private static readonly Parameter Shape = new("shape", prior => prior.Shape, (prior, x) => prior with { Shape = x });
    private static readonly Parameter Df = new("df", prior => prior.Df, (prior, x) => prior with { Df = x });

    private static readonly Dictionary<PriorFamily, Parameter[]> Families = new()
    {
        [PriorFamily.Normal] = [Location with { Name = "mean" }, Scale with { Name = "sd" }],
        [PriorFamily.StudentT] = [Location, Scale, Df],
        [PriorFamily.Cauchy] = [Location, Scale],
        [PriorFamily.InverseGamma] = [Shape, Scale],
        [PriorFamily.Gamma] = [Shape, new("rate", prior => prior.Rate, (prior, x) => prior with { Rate = x })],
        [PriorFamily.Beta] =
        [
            new("alpha", prior => prior.Alpha, (prior, x) => prior with { Alpha = x }),
            new("beta", prior => prior.Beta, (prior, x) => prior with { Beta = x }),
        ],
        [PriorFamily.Uniform] =
        [
            new("a", prior => prior.Lower, (prior, x) => prior with { Lower = x }),
            new("b", prior => prior.Upper, (prior, x) => prior with { Upper = x }),
        ],
        [PriorFamily.LogNormal] = [Location with { Name = "meanlog" }, Scale with { Name = "sdlog" }],
        [PriorFamily.Point] = [Location],
    };

    /// <summary>Names of a family's parameters.</summary>
    public static string[] NamesOf(PriorFamily family) => Array.ConvertAll(Families[family], parameter => parameter.Name);

    /// <summary>Names and values of the parameters that are set.</summary>
    public static IEnumerable<(string Name, double Value)> ValuesOf(Prior prior) =>
        Families[prior.Distribution].Where(parameter => parameter.Get(prior) is not null).Select(parameter => (parameter.Name, parameter.Get(prior)!.Value));

    /// <summary>The prior with a parameter set.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.PriorInvalid"/>: the family has no parameter of that name.</exception>
    public static Prior With(Prior prior, string name, double value, string place)
    {
        var known = Array.Find(Families[prior.Distribution], parameter => parameter.Name == name);
        return known?.Set(prior, value) ?? throw new MetaBridgeException(
            ErrorCode.PriorInvalid,
            $"{place}: the distribution '{Keywords<PriorFamily>.Of(prior.Distribution)}' has no parameter '{name}'; it has "
            + $"{string.Join(", ", NamesOf(prior.Distribution))}.",
            new Dictionary<string, object?> { ["parameter"] = name });
    }

    /// <summary>Whether the bounds are the family's own parameters and not a truncation.</summary>
    public static bool HasOwnBounds(Prior prior) => prior.Distribution is PriorFamily.Uniform or PriorFamily.Point;
}
