using System.Globalization;

namespace MetaBridge.Data.Formulas;

/// <summary>A variable of a formula on a dataset: its values and the columns it gives to the model matrix.</summary>
internal sealed class ModelVariable
{
    /// <summary>R names the first contrasts of an ordered factor by these letters, the others by their degree.</summary>
    private static readonly string[] PolynomialNames = [".L", ".Q", ".C"];

    private readonly string label;
    private readonly Vector values;
    private readonly Column[] sources;

    private ModelVariable(string label, Vector values, Column[] sources)
    {
        this.label = label;
        this.values = values;
        this.sources = sources;
    }

    /// <summary>Whether the variable is a factor; text and logical values are.</summary>
    public bool IsCategorical => values is FactorVector;

    public static ModelVariable Evaluate(Expression expression, Evaluator evaluator, Dataset data)
    {
        var label = RCodeWriter.WriteLabel(expression);
        var values = evaluator.Evaluate(expression) switch
        {
            TextVector text => FactorVector.FromTexts(text.Values),
            LogicalVector logical => FactorVector.Match(logical.ToTexts(), ["FALSE", "TRUE"], isOrdered: false),
            var other => other,
        };
        if (values.Length != data.RowCount)
        {
            throw FormulaErrors.Evaluation($"'{label}' has {values.Length} values, but {data.Name} has {data.RowCount} rows");
        }

        if (values is FactorVector { Levels.Length: < 2 } factor)
        {
            throw FormulaErrors.Evaluation(
                $"'{label}' has only {factor.Levels.Length} level ({string.Join(", ", factor.Levels)}), but a factor needs 2 or more");
        }

        var sources = expression.Names().Distinct().Select(name => data.TryGet(name, out var column) ? column : null);
        return new ModelVariable(label, values, [.. sources.OfType<Column>()]);
    }

    /// <summary>The named columns; a factor gives one for each level, or its contrasts.</summary>
    public List<(string Name, double[] Values)> Columns(bool useContrasts) => values switch
    {
        NumberVector numbers => [(label, numbers.Values)],
        MatrixVector matrix =>
            [.. matrix.ColumnNames.Select((name, j) => (label + name, matrix.Values[(j * matrix.Rows)..((j + 1) * matrix.Rows)]))],
        FactorVector { IsOrdered: true } ordered when useContrasts => PolynomialContrasts(ordered),
        FactorVector factor => Indicators(factor, from: useContrasts ? 1 : 0),
        _ => throw FormulaErrors.Evaluation($"'{label}' is {values.Kind}, which can't be a moderator"),
    };

    /// <summary>Why a row has no value: a column it is computed from is missing there, or the result isn't a number.</summary>
    public string? MissingReason(int row)
    {
        if (!values.IsMissing(row))
        {
            return null;
        }

        var missing = Array.Find(sources, source => source.IsMissing(row));
        return missing is null ? $"'{label}' is not a number" : $"missing value in '{missing.Name}'";
    }

    /// <summary>Treatment coding: a column of 0 and 1 for each level from the given one.</summary>
    private List<(string Name, double[] Values)> Indicators(FactorVector factor, int from) =>
        [.. factor.Levels.Select((level, code) => (label + level, Spread(factor, row => row == code ? 1.0 : 0.0))).Skip(from)];

    /// <summary>R's <c>contr.poly</c>: orthogonal polynomials on 1 … n.</summary>
    private List<(string Name, double[] Values)> PolynomialContrasts(FactorVector factor)
    {
        var n = factor.Levels.Length;
        double[] scores = [.. Enumerable.Range(1, n)];
        var contrasts = OrthogonalPolynomials.Evaluate(scores, n - 1);
        return [.. Enumerable.Range(0, n - 1).Select(j =>
            (label + PolynomialName(j), Spread(factor, code => contrasts[(j * n) + code])))];
    }

    private static string PolynomialName(int j) =>
        j < PolynomialNames.Length ? PolynomialNames[j] : "^" + (j + 1).ToString(CultureInfo.InvariantCulture);

    private static double[] Spread(FactorVector factor, Func<int, double> valueOfCode) =>
        Array.ConvertAll(factor.Codes, code => code < 0 ? Na.Real : valueOfCode(code));
}
