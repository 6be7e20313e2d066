namespace MetaBridge.Agreement;

/// <summary>What a comparison found.</summary>
public enum Verdict
{
    /// <summary>Within the bound.</summary>
    Agrees,

    /// <summary>Outside the bound, and evidence shows that the reference is the one that is off; see <see cref="Explanation"/>.</summary>
    Explained,

    /// <summary>Outside the bound, or not comparable.</summary>
    Misses,
}

/// <summary>Why a quantity misses.</summary>
public enum MissReason
{
    /// <summary>It does not miss.</summary>
    None,

    /// <summary>A value differs by more than the bound.</summary>
    ValueDiffers,

    /// <summary>One side has a number where the other has none (NA).</summary>
    UndefinedOnOneSide,

    /// <summary>The reference has the quantity, MetaBridge does not.</summary>
    MissingHere,

    /// <summary>MetaBridge has the quantity, the reference does not.</summary>
    MissingInReference,

    /// <summary>The two have different numbers of elements.</summary>
    LengthDiffers,

    /// <summary>The elements have different names, or the same in another order.</summary>
    LabelsDiffer,
}

/// <summary>Which of the two questions a comparison answers.</summary>
public enum ComparisonHalf
{
    /// <summary>Each engine found its own variance components: a miss here alone is the search.</summary>
    EndToEnd,

    /// <summary>Both at the reference's variance components: a miss here is a formula.</summary>
    Given,
}
