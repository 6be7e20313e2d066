namespace MetaBridge.Specs;

/// <summary>How distances between coordinates are measured for spatial structures.</summary>
public enum DistanceMetric
{
    /// <summary>Straight line.</summary>
    [Keyword("euclidean", "straight line")]
    Euclidean,

    /// <summary>Largest difference of a coordinate.</summary>
    [Keyword("maximum", "largest coordinate difference")]
    Maximum,

    /// <summary>Sum of the differences of the coordinates.</summary>
    [Keyword("manhattan", "sum of coordinate differences")]
    Manhattan,

    /// <summary>Great-circle distance in kilometres between points of longitude and latitude in degrees.</summary>
    [Keyword("gcd", "great circle, in km")]
    GreatCircle,
}
