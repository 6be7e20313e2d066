using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>A variable by which studies are ordered or grouped: a column of the data, or an expression on columns such as <c>-year</c>.</summary>
internal sealed class StudyKeys
{
    private readonly double[] keys;
    private readonly Func<int, string> nameOf;

    private StudyKeys(double[] keys, Func<int, string> nameOf) => (this.keys, this.nameOf) = (keys, nameOf);

    /// <summary>The variable that an option names.</summary>
    /// <param name="analysis">Whose studies.</param>
    /// <param name="variable">A column, or an expression that gives a number for each row.</param>
    /// <param name="what">What it is for, in messages.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.MissingColumn"/>, or what the expression ends in.</exception>
    public static StudyKeys Of(UnivariateAnalysis analysis, string variable, string what)
    {
        var data = analysis.Data ?? throw new MetaBridgeException(
            ErrorCode.MissingColumn, $"The {what} '{variable}' is a column, but the model came without data.", new Dictionary<string, object?> { ["column"] = variable });
        if (data.TryGet(variable, out var column))
        {
            return new StudyKeys(Keys(column), i => column.TextAt(i) ?? "");
        }

        var values = RowExpression.Parse(variable).EvaluateNumbers(data);
        var computed = new NumberColumn(variable, values);
        return new StudyKeys(values, i => computed.TextAt(i) ?? "");
    }

    /// <summary>The studies by the variable, those with equal values in their order, missing values last.</summary>
    public int[] Order() => [.. Enumerable.Range(0, keys.Length).OrderBy(i => double.IsNaN(keys[i])).ThenBy(i => keys[i])];

    /// <summary>The studies of each value together, by the variable; those without a value last and one at a time.</summary>
    /// <param name="labels">Labels of the studies, which name those without a value.</param>
    public (IReadOnlyList<IReadOnlyList<int>> Groups, IReadOnlyList<string> Names) Groups(IReadOnlyList<string> labels)
    {
        var (groups, names) = (new List<List<int>>(), new List<string>());
        foreach (var i in Order())
        {
            if (groups.Count > 0 && keys[groups[^1][0]] == keys[i])
            {
                groups[^1].Add(i);
                continue;
            }

            groups.Add([i]);
            names.Add(double.IsNaN(keys[i]) ? labels[i] : nameOf(i));
        }

        return (groups, names);
    }

    /// <summary>The number of each study's value among the distinct ones in their order, and the names of these.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.SpecificationInvalid"/>: a study has no value.</exception>
    public (int[] Clusters, IReadOnlyList<string> Names) Clusters(IReadOnlyList<string> labels)
    {
        var missing = Array.FindIndex(keys, double.IsNaN);
        if (missing >= 0)
        {
            throw new MetaBridgeException(
                ErrorCode.SpecificationInvalid,
                $"The study '{labels[missing]}' has no cluster: the value is missing.",
                new Dictionary<string, object?> { ["option"] = "cluster", ["study"] = labels[missing] });
        }

        var (groups, names) = Groups(labels);
        var clusters = new int[keys.Length];
        for (var level = 0; level < groups.Count; level++)
        {
            foreach (var i in groups[level])
            {
                clusters[i] = level;
            }
        }

        return (clusters, names);
    }

    /// <summary>The transformation of estimates and limits that the option <c>transf</c> names; null without it.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.InvalidOption"/>.</exception>
    public static Func<double, double>? Transformation(FurtherOptions options) => options.Text("transf") is { } name
        ? Transformations.Find(name) ?? throw options.Wrong("transf", "a transformation of one number by metafor's name, such as exp or transf.ilogit")
        : null;

    // Numbers sort as they are, factors by their levels, texts by code point, as R sorts them in the C locale.
    private static double[] Keys(Column column)
    {
        if (column is NumberColumn or IntegerColumn or LogicalColumn)
        {
            return column.ToNumbers();
        }

        if (column is FactorColumn factor)
        {
            return [.. Enumerable.Range(0, column.Count).Select(i => factor.IsMissing(i) ? double.NaN : factor.Codes[i])];
        }

        string[] sorted = [.. Enumerable.Range(0, column.Count).Select(column.TextAt).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return [.. Enumerable.Range(0, column.Count).Select(i => column.TextAt(i) is { } text ? Array.BinarySearch(sorted, text, StringComparer.Ordinal) : double.NaN)];
    }
}
