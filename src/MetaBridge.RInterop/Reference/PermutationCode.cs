using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>R code for <c>metafor::permutest()</c>. A sampled test has no values to compare with: two generators draw two samples.</summary>
internal static class PermutationCode
{
    public static string For(UnivariateSpec spec, FurtherOptions options)
    {
        // metafor has this from 4.0-0 on; the number itself is in every permutation test.
        if (options.Text("exact") == "i")
        {
            return """
                list(further("permutest[i]", "", list(iterations = if (fit$int.only) 2^fit$k else exp(lgamma(fit$k + 1) - sum(lgamma(table(apply(fit$X, 1, paste, collapse = " ")) + 1))))))
                """;
        }

        var control = new List<string>();
        foreach (var name in (string[])["alternative", "p2defn", "stat", "cialt"])
        {
            if (options.Text(name) is { } word)
            {
                control.Add($"{name} = {RCode.Text(word)}");
            }
        }

        if (options.Number("comptol") is { } tolerance)
        {
            control.Add($"comptol = {RCode.Number(tolerance)}");
        }

        var hasIntervals = options.Texts("permci") is { } intervals && intervals is not (["FALSE"] or ["false"]);
        if (hasIntervals)
        {
            control.Add("tol = 1e-12, maxiter = 1000, distfac = 10");
        }

        var permci = !hasIntervals ? "FALSE" : options.Texts("permci") is ["TRUE"] or ["true"] ? "TRUE" : $"c({string.Join(", ", options.Integers("permci")!)})";
        return $$"""
            {{RegressionCode.SetHelpers}}
            sets <- {{RegressionCode.Sets(options, "list(NULL)")}}
            tests <- lapply(sets, function(set) metafor::permutest(if (is.null(set)) fit else refit(btt = set), exact = {{(options.Flag("exact", false) ? "TRUE" : "FALSE")}}, iter = {{options.Integer("iter") ?? 1000}}, permci = {{permci}}, progbar = FALSE, control = list({{string.Join(", ", control)}})))
            p <- tests[[1]]
            n <- nrow(p$zval.perm); exact <- n == p$exact.iter
            known <- function(x) if (exact) x else NA * x
            c(list(further("permutest", rownames(p$beta), list(estimate = p$beta, se = p$se, zval = p$zval, pval = known(p$pval), ci.lb = {{(hasIntervals ? "known(p$ci.lb)" : "p$ci.lb")}}, ci.ub = {{(hasIntervals ? "known(p$ci.ub)" : "p$ci.ub")}})),
              further("permutest[QM]", if (is.null(sets[[1]])) "" else vapply(sets, written, ""), list(QM = vapply(tests, function(t) t$QM, 0), pval = known(vapply(tests, function(t) t$QMp, 0)),
                permutations = rep(n, length(sets)), exact = rep(exact, length(sets)), failures = rep(sum(is.na(p$zval.perm[, 1])), length(sets))))){{(options.Flag("perms", false) ? Distribution : "")}})
            """;
    }

    private const string Distribution =
        """
        ,
              list(further("permutest[perm]", seq_len(n), c(stats::setNames(as.list(p$zval.perm), paste("zval", rownames(p$beta))), stats::setNames(as.list(p$beta.perm), paste("beta", rownames(p$beta))), stats::setNames(lapply(tests, function(t) t$QM.perm), if (length(sets) == 1) "QM" else paste("QM", vapply(sets, written, ""))))))
        """;
}
