using MetaBridge.Specs;

namespace MetaBridge.Multilevel.Correlations;

/// <summary>The one sample size of a study whose correlations come from different numbers of persons.</summary>
public enum SampleSizeRule
{
    /// <summary>The smallest.</summary>
    [Keyword("min", "the smallest")]
    Minimum,

    /// <summary>The harmonic mean.</summary>
    [Keyword("harmonic", "the harmonic mean")]
    HarmonicMean,

    /// <summary>The arithmetic mean.</summary>
    [Keyword("mean", "the arithmetic mean")]
    Mean,
}
