using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>R code for the cluster-robust tests beside a multilevel fit: <c>metafor::robust()</c>, with clubSandwich for CR2.</summary>
internal static class RobustCode
{
    /// <summary>The code; <see cref="MultilevelFurther"/> says what it may use.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.NotSupported"/>: a sandwich that <c>robust()</c> doesn't have.</exception>
    public static string For(MultilevelSpec spec)
    {
        var estimator = spec.Robust ?? ClusterRobustEstimator.Cr2;
        var how = estimator switch
        {
            ClusterRobustEstimator.Cr0 => "adjust = FALSE",
            ClusterRobustEstimator.Cr1p => "adjust = TRUE",
            ClusterRobustEstimator.Cr2 => "clubSandwich = TRUE",
            _ => throw new MetaBridgeException(
                ErrorCode.NotSupported,
                $"metafor::robust() has no {Keywords<ClusterRobustEstimator>.Of(estimator)} to compare with; it has CR0, CR1p and CR2.",
                new Dictionary<string, object?> { ["robust"] = Keywords<ClusterRobustEstimator>.Of(estimator) }),
        };
        return $$"""
            local({
            r <- metafor::robust(fit, cluster = cluster, {{how}})
            df <- rep_len(if (is.null(r$dfs) || is.character(r$dfs)) r$ddf else r$dfs, r$p)
            QMdf <- as.numeric(r$QMdf)
            list(
              further("robust", rownames(r$beta), list(se = r$se, tval = r$zval, df = df, pval = r$pval, ci.lb = r$ci.lb, ci.ub = r$ci.ub)),
              further("robust[QM]", "", list(QM = r$QM, df1 = QMdf[1], df2 = QMdf[2], pval = r$QMp)))
            })
            """;
    }

    /// <summary>The code for a univariate fit. A Knapp-Hartung factor would enter metafor's sandwich; the fit without it is the working model here.</summary>
    public static string For(FurtherOptions options)
    {
        var estimator = options.Keyword("estimator", ClusterRobustEstimator.Cr2);
        var how = estimator switch
        {
            ClusterRobustEstimator.Cr0 => "adjust = FALSE",
            ClusterRobustEstimator.Cr1 => "adjust = \"Stata2\"",
            ClusterRobustEstimator.Cr1p => "adjust = TRUE",
            ClusterRobustEstimator.Cr1S => "adjust = \"Stata1\"",
            var other => $"clubSandwich = TRUE, vcov = \"{Keywords<ClusterRobustEstimator>.Of(other)}\"",
        };
        return $$"""
            cluster <- {{(options.Text("cluster") is { } column ? $"data[[{RCode.Text(column)}]]" : "seq_len(nrow(data))")}}
            r <- metafor::robust(refit(test = "z"), cluster = cluster, {{how}})
            df <- rep_len(if (is.null(r$dfs) || is.character(r$dfs)) r$ddf else r$dfs, r$p)
            QMdf <- as.numeric(r$QMdf)
            list(
              further("robust", rownames(r$beta), list(se = r$se, tval = r$zval, df = df, pval = r$pval, ci.lb = r$ci.lb, ci.ub = r$ci.ub)),
              further("robust[QM]", "", list(QM = number(r$QM), df1 = QMdf[1], df2 = QMdf[2], pval = number(r$QMp))))
            """;
    }
}
