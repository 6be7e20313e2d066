namespace MetaBridge.Specs;

/// <summary>How a stratified model pools the tables of its studies.</summary>
public enum PoolingMethod
{
    /// <summary>The weighted ratio or difference of Mantel &amp; Haenszel (1959).</summary>
    [Keyword("MH", "Mantel-Haenszel")]
    MantelHaenszel,

    /// <summary>The one-step odds ratio of Peto (Yusuf et al., 1985).</summary>
    [Keyword("PETO", "Peto's one-step odds ratio")]
    Peto,
}
