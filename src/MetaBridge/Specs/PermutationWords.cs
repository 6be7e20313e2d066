namespace MetaBridge.Specs;

/// <summary>The alternative of a permutation test.</summary>
public enum PermutationAlternative
{
    /// <summary>The statistic lies in either tail.</summary>
    [Keyword("two.sided", "either tail")]
    TwoSided,

    /// <summary>It lies in the lower tail.</summary>
    [Keyword("less", "the lower tail")]
    Less,

    /// <summary>It lies in the upper tail.</summary>
    [Keyword("greater", "the upper tail")]
    Greater,
}

/// <summary>What counts as being as extreme in both tails.</summary>
public enum TwoSidedPermutation
{
    /// <summary>An absolute value at least as large.</summary>
    [Keyword("abs", "an absolute value at least as large")]
    Absolute,

    /// <summary>Twice the smaller of the two tails, not above 1.</summary>
    [Keyword("px2", "twice the smaller tail")]
    TwiceTheTail,
}

/// <summary>What a permutation test compares.</summary>
public enum PermutationStatistic
{
    /// <summary>The z or t value.</summary>
    [Keyword("test", "z or t")]
    TestValue,

    /// <summary>The coefficient.</summary>
    [Keyword("coef", "the coefficient")]
    Coefficient,
}
