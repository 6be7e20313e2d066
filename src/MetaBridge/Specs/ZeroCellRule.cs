namespace MetaBridge.Specs;

/// <summary>What is done about zero cells: metafor's <c>add</c>, <c>to</c> and <c>drop00</c>.</summary>
/// <param name="Add">What is added to cells, zero or positive.</param>
/// <param name="To">To which tables.</param>
/// <param name="Drop00">Whether tables without events, or with only events, in both groups are left out.</param>
public sealed record ZeroCellRule(double Add, AddRule To, bool Drop00)
{
    /// <summary>The default for the effect sizes of the single tables: 1/2 to tables with a zero cell, none for tables without events.</summary>
    public static ZeroCellRule ForEffects { get; } = new(0.5, AddRule.OnlyZero, Drop00: true);

    /// <summary>The default for pooling, which needs no addition: tables are taken as they are.</summary>
    public static ZeroCellRule ForPooling { get; } = new(0, AddRule.None, Drop00: false);
}
