using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.Errors;
using MetaBridge.Multilevel.Terms;
using MetaBridge.Specs;

namespace MetaBridge.Multilevel;

/// <summary>Makes the random terms of a specification on complete rows, and fixes what the data can't tell.</summary>
/// <remarks>With <c>canFixEach</c> unstructured terms are searched by variances and correlations, so that a profile can fix any of them.</remarks>
internal sealed class TermBuilder(MultilevelSpec spec, MultilevelMatrices matrices, Dataset rows, bool canFixEach = false)
{
    private readonly List<BoundTerm> terms = [];
    private int intercepts;
    private int structured;

    /// <summary>Builds all terms in the order of the specification.</summary>
    public BoundTerm[] Build()
    {
        if (spec.Method == HeterogeneityMethod.EqualEffects)
        {
            return [];
        }

        foreach (var text in spec.Random)
        {
            var formula = RandomFormula.Parse(text);
            if (formula.IsIntercept)
            {
                AddIntercepts(formula);
            }
            else
            {
                AddStructured(formula);
            }
        }

        return [.. terms];
    }

    private void AddIntercepts(RandomFormula formula)
    {
        Grouping? grouping = null;
        var name = "";
        foreach (var item in formula.Outer)
        {
            var column = RandomFormula.ColumnOf(item);
            var own = Grouping.Of(rows[column]);
            grouping = grouping is null ? own : Grouping.Within(grouping, own);
            name = name.Length == 0 ? column : name + "/" + column;
            AddIntercept(name, grouping);
        }
    }

    private void AddIntercept(string name, Grouping grouping)
    {
        var fixedValue = FixedAt(spec.SigmaSquared, intercepts++, "sigma2");
        var isKnown = matrices.Correlations.TryGetValue(name, out var known);
        if (grouping.Levels.Count == 1 && fixedValue is null)
        {
            fixedValue = 0;
        }

        var correlation = isKnown ? KnownCorrelation.For(name, known!, grouping, spec.Scaling) : null;
        terms.Add(new BoundTerm
        {
            Term = new InterceptTerm(grouping.Codes, grouping.Levels.Count, correlation),
            Role = TermRole.Sigma,
            Name = name,
            Outer = grouping,
            Fixed = [fixedValue],
        });
    }

    private void AddStructured(RandomFormula formula)
    {
        if (structured == 2)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                $"'{formula.Text}' is the third '~ inner | outer' term; a model has at most two.",
                new Dictionary<string, object?> { ["formula"] = formula.Text });
        }

        var structure = spec.Structures[Math.Min(structured, spec.Structures.Count - 1)];
        var outerName = RandomFormula.ColumnOf(formula.Outer[0]);
        var outer = Grouping.Of(rows[outerName]);
        var role = structured++ == 0 ? TermRole.Tau : TermRole.Gamma;
        if (structure is CovarianceStructure.General or CovarianceStructure.GeneralDiagonal)
        {
            AddSlopes(formula, structure, role, outerName, outer);
        }
        else
        {
            AddFactor(formula, structure, role, outerName, outer);
        }
    }

    private void AddSlopes(RandomFormula formula, CovarianceStructure structure, TermRole role, string outerName, Grouping outer)
    {
        var design = Formula.Parse(formula.InnerFormula).BuildMatrix(rows);
        var (k, q) = (design.RowCount, design.ColumnCount);
        var z = new double[k * q];
        for (var i = 0; i < k; i++)
        {
            for (var j = 0; j < q; j++)
            {
                z[(i * q) + j] = design.Values[(j * k) + i];
            }
        }

        var pairs = structure == CovarianceStructure.General ? q * (q - 1) / 2 : 0;
        var fixings = Fixings(role, q, pairs);
        var isFixed = Array.Exists(fixings, value => value is not null);
        CovarianceTerm term = structure == CovarianceStructure.GeneralDiagonal ? new DiagonalSlopesTerm(outer.Codes, z, q)
            : isFixed || canFixEach ? new FreeUnstructuredTerm(outer.Codes, [], z, q)
            : new FactoredUnstructuredTerm(outer.Codes, [], z, q);
        terms.Add(new BoundTerm
        {
            Term = term,
            Role = role,
            Name = outerName,
            Outer = outer,
            InnerName = string.Join(" + ", formula.Inner),
            EffectNames = design.Names,
            Structure = structure,
            Fixed = fixings,
            ListsZeroCorrelation = pairs == 0,
        });
    }

    private void AddFactor(RandomFormula formula, CovarianceStructure structure, TermRole role, string outerName, Grouping outer)
    {
        var (inner, distances) = InnerFactor(formula, structure, role);
        var q = inner.Levels.Count;
        var pairs = Cooccurrence.Of(outer, inner);
        var heteroscedastic = structure is CovarianceStructure.HeteroscedasticCompoundSymmetry or CovarianceStructure.Unstructured
            or CovarianceStructure.Diagonal or CovarianceStructure.HeteroscedasticAutoregressive;
        var correlations = structure switch
        {
            CovarianceStructure.Identity or CovarianceStructure.Diagonal => 0,
            CovarianceStructure.Unstructured => q * (q - 1) / 2,
            _ => 1,
        };
        var fixings = Fixings(role, heteroscedastic ? q : 1, correlations);
        FixUnidentified(fixings, structure, heteroscedastic ? q : 1, q, pairs);
        var term = structure == CovarianceStructure.Unstructured
            ? canFixEach || Array.Exists(fixings, value => value is not null)
                ? new FreeUnstructuredTerm(outer.Codes, inner.Codes, [], q)
                : (CovarianceTerm)new FactoredUnstructuredTerm(outer.Codes, inner.Codes, [], q)
            : new CorrelatedTerm(structure, outer.Codes, inner.Codes, q, distances);
        terms.Add(new BoundTerm
        {
            Term = term,
            Role = role,
            Name = outerName,
            Outer = outer,
            InnerName = string.Join(" + ", formula.Inner),
            EffectNames = inner.Levels,
            Structure = structure,
            Fixed = fixings,
            ListsZeroCorrelation = correlations == 0,
        });
    }

    private (Grouping Inner, DistanceRule Distances) InnerFactor(RandomFormula formula, CovarianceStructure structure, TermRole role)
    {
        var names = formula.Inner.Select(RandomFormula.ColumnOf).ToArray();
        // Lags of an autoregression may be given too: ranks that count levels which no row has any more.
        var hasDistances = CorrelationFunction.IsSpatial(structure)
            || structure is CovarianceStructure.Autoregressive or CovarianceStructure.HeteroscedasticAutoregressive;
        var given = hasDistances ? matrices.Distances.ElementAtOrDefault(role == TermRole.Tau ? 0 : 1) : null;
        if (!CorrelationFunction.IsSpatial(structure) || given is not null)
        {
            if (names.Length != 1)
            {
                throw new MetaBridgeException(
                    ErrorCode.SpecificationInvalid,
                    $"'{formula.Text}' has {names.Length} inner variables, but its structure takes one.",
                    new Dictionary<string, object?> { ["formula"] = formula.Text });
            }

            var inner = Grouping.Of(rows[names[0]]);
            var rule = given is not null ? KnownCorrelation.Distances(names[0], given, inner)
                : structure == CovarianceStructure.ContinuousAutoregressive ? DistanceRule.Time(ValuesOf(rows[names[0]].ToNumbers(), inner))
                : DistanceRule.Rank;
            return (inner, rule);
        }

        var columns = Array.ConvertAll(names, name => rows[name].ToNumbers());
        var points = names.Select(name => Grouping.Of(rows[name])).Aggregate(Grouping.Within);
        return (points, DistanceRule.Points(Array.ConvertAll(columns, column => ValuesOf(column, points)), spec.Metric));
    }

    private static double[] ValuesOf(double[] column, Grouping grouping)
    {
        var values = new double[grouping.Levels.Count];
        for (var i = 0; i < column.Length; i++)
        {
            values[grouping.Codes[i]] = column[i];
        }

        return values;
    }

    private double?[] Fixings(TermRole role, int variances, int correlations)
    {
        var isTau = role == TermRole.Tau;
        var (first, second) = isTau ? (spec.TauSquared, spec.Rho) : (spec.GammaSquared, spec.Phi);
        var fixings = new double?[variances + correlations];
        Fill(fixings.AsSpan(0, variances), first, isTau ? "tau2" : "gamma2");
        Fill(fixings.AsSpan(variances), second, isTau ? "rho" : "phi");
        return fixings;
    }

    private static void Fill(Span<double?> target, IReadOnlyList<double?>? values, string name)
    {
        if (values is null || target.Length == 0)
        {
            return;
        }

        if (values.Count != 1 && values.Count != target.Length)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"'{name}' has {values.Count} values, but the model has {target.Length} such components.",
                new Dictionary<string, object?> { ["option"] = name, ["length"] = values.Count, ["components"] = target.Length });
        }

        for (var i = 0; i < target.Length; i++)
        {
            target[i] = Checked(values[values.Count == 1 ? 0 : i], name);
        }
    }

    private static double? FixedAt(IReadOnlyList<double?>? values, int index, string name)
    {
        if (values is null)
        {
            return null;
        }

        return index < values.Count ? Checked(values[index], name) : throw new MetaBridgeException(
            ErrorCode.LengthMismatch,
            $"'{name}' has {values.Count} values, but the model has more such components.",
            new Dictionary<string, object?> { ["option"] = name, ["length"] = values.Count });
    }

    private static double? Checked(double? value, string name)
    {
        var isVariance = name is "sigma2" or "tau2" or "gamma2";
        if (value is { } given && !(double.IsFinite(given) && (isVariance ? given >= 0 : given >= -1)))
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"'{name}' is fixed to {given:R}; it must be {(isVariance ? "zero or positive" : "a correlation or a range")}.",
                new Dictionary<string, object?> { ["option"] = name, ["value"] = given });
        }

        return value;
    }

    // metafor's automatic fixings: what the data can't tell is set to 0.
    private static void FixUnidentified(double?[] fixings, CovarianceStructure structure, int variances, int q, Cooccurrence pairs)
    {
        if (fixings.Length == variances)
        {
            return;
        }

        if (structure == CovarianceStructure.Unstructured && q > 1)
        {
            for (int a = 0, at = q; a < q; a++)
            {
                for (var b = a + 1; b < q; b++, at++)
                {
                    fixings[at] ??= pairs.Together(a, b) ? null : 0;
                }
            }
        }
        else if (q == 1 || !pairs.Any || (variances == 1 && fixings[0] == 0))
        {
            for (var i = variances; i < fixings.Length; i++)
            {
                // A spatial range has no value that means "uncorrelated"; the smallest one does.
                fixings[i] ??= CorrelationFunction.IsSpatial(structure) ? double.Epsilon : 0;
            }
        }
    }
}
