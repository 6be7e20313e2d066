namespace MetaBridge.Specs;

/// <summary>How p-values of several tests are corrected for their number: R's <c>p.adjust</c>. p₍ᵢ₎ is the i-th smallest of m.</summary>
public enum PValueAdjustment
{
    /// <summary>As they are.</summary>
    [Keyword("none", "as they are")]
    None,

    /// <summary>m p.</summary>
    [Keyword("bonferroni", "times their number")]
    Bonferroni,

    /// <summary>Running maximum of (m − i + 1) p₍ᵢ₎ (Holm, 1979).</summary>
    [Keyword("holm", "Holm (1979)")]
    Holm,

    /// <summary>Running minimum from above of (m − i + 1) p₍ᵢ₎ (Hochberg, 1988).</summary>
    [Keyword("hochberg", "Hochberg (1988)")]
    Hochberg,

    /// <summary>Closed Simes tests (Hommel, 1988).</summary>
    [Keyword("hommel", "Hommel (1988)")]
    Hommel,

    /// <summary>False discovery rate (Benjamini &amp; Hochberg, 1995).</summary>
    [Keyword("BH", "Benjamini and Hochberg (1995)", Aliases = "fdr")]
    BenjaminiHochberg,

    /// <summary>False discovery rate under any dependence (Benjamini &amp; Yekutieli, 2001).</summary>
    [Keyword("BY", "Benjamini and Yekutieli (2001)")]
    BenjaminiYekutieli,
}
