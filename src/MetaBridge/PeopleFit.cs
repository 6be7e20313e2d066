using MetaBridge.Agreement;
using MetaBridge.Univariate;

namespace MetaBridge;

/// <summary>
/// A model of people and studies as tables: the one shape of the families <c>individual</c>, <c>within-between</c> and <c>control-rate</c>. The tables are <see
/// cref="FitResult.Further"/>; the rooms' own functions (<c>TwoStage.Fit</c>, <c>WithinBetween.Fit</c>, <c>ControlRate.Fit</c>) give typed results.
/// </summary>
public sealed record PeopleFit : FitResult
{
    /// <summary>The table of what the data alone say about each study; its numbers don't depend on a variance component.</summary>
    public const string StudyTableName = "studies";

    /// <inheritdoc/>
    public override string Family => FamilyName;

    /// <summary>The family.</summary>
    public required string FamilyName { get; init; }

    /// <summary>What a reader of the numbers must know.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Rows that were left out, and why.</summary>
    public IReadOnlyList<DroppedStudy> Dropped { get; init; } = [];

    /// <summary>The columns, as <c>table.column</c>, of components that a search found and everything else follows from.</summary>
    public IReadOnlyList<string> ComponentColumns { get; init; } = [];

    /// <inheritdoc/>
    public override IReadOnlyList<string> SearchedComponents => ComponentColumns;

    /// <inheritdoc/>
    public override IReadOnlyList<Quantity> Quantities() => [.. Further.SelectMany(table => table.Quantities(isExact: table.Name == StudyTableName))];
}
