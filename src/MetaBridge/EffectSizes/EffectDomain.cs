namespace MetaBridge.EffectSizes;

/// <summary>Which numbers a column may hold.</summary>
internal enum EffectDomain
{
    Any,

    /// <summary>Counts, person-times, standard deviations, sizes.</summary>
    NotNegative,

    /// <summary>−1 to 1.</summary>
    Correlation,

    /// <summary>0 to 1.</summary>
    Share,

    /// <summary>At most 1: coefficient alpha.</summary>
    AtMostOne,
}

/// <summary>The domain of each role, which depends on the family where a role has several meanings.</summary>
internal static class EffectDomains
{
    public static EffectDomain Of(EffectFamily family, EffectRole role) => (family, role) switch
    {
        (EffectFamily.Alpha, EffectRole.Ai) => EffectDomain.AtMostOne,
        (EffectFamily.Concordance, EffectRole.Ai) => EffectDomain.Share,
        (_, EffectRole.R2i) => EffectDomain.Share,
        (_, EffectRole.Ri) => EffectDomain.Correlation,
        (EffectFamily.OneMean, EffectRole.Mi) => EffectDomain.Any,
        (_, EffectRole.Yi or EffectRole.Vi or EffectRole.M1i or EffectRole.M2i) => EffectDomain.Any,
        _ => EffectDomain.NotNegative,
    };

    /// <summary>Whether a number that is not missing is allowed.</summary>
    public static bool Holds(EffectDomain domain, double value) => domain switch
    {
        EffectDomain.NotNegative => value >= 0,
        EffectDomain.Correlation => Math.Abs(value) <= 1,
        EffectDomain.Share => value is >= 0 and <= 1,
        EffectDomain.AtMostOne => value <= 1,
        _ => true,
    };

    /// <summary>What is wrong with a number outside.</summary>
    public static string Complaint(EffectDomain domain) => domain switch
    {
        EffectDomain.Correlation => "a correlation outside −1 to 1",
        EffectDomain.Share => "a value outside 0 to 1",
        EffectDomain.AtMostOne => "a coefficient alpha above 1",
        _ => "a negative value",
    };
}
