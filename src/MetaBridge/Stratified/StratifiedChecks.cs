using System.Globalization;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Stratified;

/// <summary>Refuses input that has no fit.</summary>
internal static class StratifiedChecks
{
    private static readonly EffectMeasure[] Measures =
    [
        EffectMeasure.OddsRatio, EffectMeasure.RiskRatio, EffectMeasure.RiskDifference, EffectMeasure.IncidenceRateRatio,
        EffectMeasure.IncidenceRateDifference,
    ];

    /// <summary>The measure of a method, its default when none is given.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public static EffectMeasure MeasureOf(PoolingMethod method, EffectMeasure given)
    {
        var isPeto = method == PoolingMethod.Peto;
        EffectMeasure[] known = isPeto ? [EffectMeasure.PetoOddsRatio] : Measures;
        if (given == EffectMeasure.Given)
        {
            return known[0];
        }

        return known.Contains(given) ? given : throw new MetaBridgeException(
            ErrorCode.InvalidOption,
            $"The measure {Keywords<EffectMeasure>.Of(given)} cannot be pooled by the method {Keywords<PoolingMethod>.Of(method)}; it takes "
            + $"{string.Join(", ", known.Select(Keywords<EffectMeasure>.Of))}.",
            new Dictionary<string, object?> { ["option"] = "measure", ["value"] = Keywords<EffectMeasure>.Of(given) });
    }

    /// <summary>Stops cancelled work.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.Cancelled"/>.</exception>
    public static void ThrowIfCancelled(CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested)
        {
            throw new MetaBridgeException(ErrorCode.Cancelled, "The fit was cancelled.");
        }
    }

    /// <summary>Checks the numbers of the settings.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public static void CheckOptions(StratifiedSettings settings)
    {
        if (!(settings.Level is > 0 and < 100))
        {
            throw Option("level", settings.Level, "between 0 and 100 percent, both excluded");
        }

        foreach (var add in new[] { settings.Observed.Add, settings.Pooling.Add })
        {
            if (!(add >= 0 && double.IsFinite(add)))
            {
                throw Option("add", add, "zero or positive");
            }
        }
    }

    /// <summary>Checks that counts are finite and person-times positive.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NonFiniteValue"/> or <see cref="ErrorCode.InvalidCount"/>.</exception>
    public static void CheckFinite(EffectColumns columns, EffectInputs inputs, EffectRole[] roles, int[] complete)
    {
        foreach (var role in roles)
        {
            var column = columns[role];
            if (column.AsSpan().Contains(double.PositiveInfinity) && FirstOf(double.PositiveInfinity) is { } row)
            {
                throw Row(ErrorCode.NonFiniteValue, row, inputs.NameOf(role), column[row], "counts and times must be finite");
            }

            if (role is EffectRole.T1i or EffectRole.T2i && column.AsSpan().Contains(0) && FirstOf(0) is { } empty)
            {
                throw Row(ErrorCode.InvalidCount, empty, inputs.NameOf(role), column[empty], "a person-time must be positive");
            }

            int? FirstOf(double value) => Array.FindIndex(complete, row => column[row] == value) is >= 0 and var place ? complete[place] : null;
        }
    }

    private static MetaBridgeException Option(string name, double value, string legal) => new(
        ErrorCode.InvalidOption,
        string.Create(CultureInfo.InvariantCulture, $"The option '{name}' is {value}; it must be {legal}."),
        new Dictionary<string, object?> { ["option"] = name, ["value"] = value });

    private static MetaBridgeException Row(ErrorCode code, int row, string column, double value, string why) => new(
        code,
        string.Create(CultureInfo.InvariantCulture, $"Row {row + 1} of '{column}' is {value}: {why}."),
        new Dictionary<string, object?> { ["row"] = row + 1, ["column"] = column, ["value"] = value });
}
