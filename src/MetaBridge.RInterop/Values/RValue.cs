namespace MetaBridge.RInterop.Values;

/// <summary>A managed copy of an R value: what goes into and comes out of a session, wherever R runs.</summary>
/// <remarks>Immutable. NA is kept apart from NaN (<see cref="Data.Na"/>), text is UTF-8 in R and UTF-16 here.</remarks>
public abstract record RValue
{
    /// <summary>The attributes (names, dim, class, levels, …); empty for most values.</summary>
    public IReadOnlyDictionary<string, RValue> Attributes { get; init; } = NoAttributes;

    private static readonly Dictionary<string, RValue> NoAttributes = [];

    /// <summary>The <c>names</c> attribute, or null.</summary>
    public IReadOnlyList<string?>? Names => (Attributes.GetValueOrDefault("names") as RStringVector)?.Values;

    /// <summary>The <c>class</c> attribute, or empty.</summary>
    public IReadOnlyList<string?> Class => (Attributes.GetValueOrDefault("class") as RStringVector)?.Values ?? [];

    /// <summary>How many elements.</summary>
    public abstract int Length { get; }
}

/// <summary>R's NULL.</summary>
public sealed record RNull : RValue
{
    /// <summary>The one value.</summary>
    public static RNull Value { get; } = new();

    /// <inheritdoc/>
    public override int Length => 0;
}

/// <summary>A vector of doubles; missing values are <see cref="Data.Na.Real"/>.</summary>
/// <param name="Values">The elements.</param>
public sealed record RDoubleVector(double[] Values) : RValue
{
    /// <inheritdoc/>
    public override int Length => Values.Length;
}

/// <summary>A vector of integers; missing values are <see cref="Data.Na.Integer"/>. A factor is one with <c>levels</c> and class.</summary>
/// <param name="Values">The elements.</param>
public sealed record RIntegerVector(int[] Values) : RValue
{
    /// <inheritdoc/>
    public override int Length => Values.Length;
}

/// <summary>A vector of truth values; null is NA.</summary>
/// <param name="Values">The elements.</param>
public sealed record RLogicalVector(bool?[] Values) : RValue
{
    /// <inheritdoc/>
    public override int Length => Values.Length;
}

/// <summary>A vector of strings; null is NA.</summary>
/// <param name="Values">The elements.</param>
public sealed record RStringVector(string?[] Values) : RValue
{
    /// <inheritdoc/>
    public override int Length => Values.Length;
}

/// <summary>A list; a data frame is one with class <c>data.frame</c>.</summary>
/// <param name="Values">The elements.</param>
public sealed record RList(RValue[] Values) : RValue
{
    /// <inheritdoc/>
    public override int Length => Values.Length;

    /// <summary>The element of that name, or null when there is none.</summary>
    public RValue? this[string name]
    {
        get
        {
            for (var i = 0; Names is { } names && i < names.Count; i++)
            {
                if (names[i] == name)
                {
                    return Values[i];
                }
            }

            return null;
        }
    }
}

/// <summary>A value that has no counterpart (a function, an environment, a call): its type and its text.</summary>
/// <param name="TypeName">R's <c>typeof</c>.</param>
/// <param name="Text">R's <c>deparse</c>, cut at a few hundred characters.</param>
public sealed record ROpaque(string TypeName, string Text) : RValue
{
    /// <inheritdoc/>
    public override int Length => 1;
}
