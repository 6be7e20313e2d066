using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;
using MetaBridge.Univariate;

namespace MetaBridge.IndividualData;

/// <summary>The models of people and studies by their specifications, as tables.</summary>
public static class PeopleModels
{
    /// <summary>Fits.</summary>
    /// <param name="spec">An <see cref="IndividualSpec"/>, <see cref="WithinBetweenSpec"/> or <see cref="ControlRateSpec"/>.</param>
    /// <param name="data">The data whose columns it names.</param>
    /// <param name="options">How to run it; null for the defaults. Components are evaluated at by the names in <see cref="PeopleFit.ComponentColumns"/>.</param>
    /// <exception cref="MetaBridgeException">As <see cref="TwoStage.Fit"/>, <see cref="WithinBetween.Fit(WithinBetweenSpec, Dataset, FitOptions?)"/> and <see cref="ControlRate.Fit(ControlRateSpec, Dataset, FitOptions?)"/>.</exception>
    public static PeopleFit Fit(ModelSpec spec, Dataset data, FitOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        switch (spec)
        {
            case IndividualSpec individual:
                var people = TwoStage.Fit(individual, data, options);
                return Result(spec, people.Tables(), individual.Method == HeterogeneityMethod.EqualEffects ? [] : [TwoStage.Component]) with { Notes = people.Cautions, Dropped = people.Dropped };
            case WithinBetweenSpec slopes:
                var groups = WithinBetween.Fit(slopes, data, options);
                return Result(spec, groups.Tables(), slopes.Method == HeterogeneityMethod.EqualEffects ? [] : [WithinBetween.Component]) with { Notes = groups.Cautions, Dropped = groups.Model.Studies.Dropped };
            case ControlRateSpec controlRate:
                var rates = ControlRate.Fit(controlRate, data, options);
                return Result(spec, rates.Tables(), ControlRate.Components) with { Notes = rates.Cautions, Dropped = rates.Dropped };
            default:
                throw new MetaBridgeException(ErrorCode.NotSupported, $"The family '{spec.Family}' is not one of people and studies.");
        }
    }

    private static PeopleFit Result(ModelSpec spec, IReadOnlyList<FurtherTable> tables, IReadOnlyList<string> components) =>
        new() { Engine = UnivariateEngine.EngineName, FamilyName = spec.Family, Further = tables, ComponentColumns = components };
}
