namespace MetaBridge.Data.Formulas;

/// <summary>Fills the model matrix of a formula: the columns of each variable, and for each term the products of their columns.</summary>
internal sealed class ModelMatrixBuilder
{
    /// <summary>metafor's name of the intercept.</summary>
    private const string InterceptName = "intrcpt";

    private readonly ModelTerms terms;
    private readonly Dataset data;
    private readonly ModelVariable[] variables;
    private readonly List<string> names = [];
    private readonly List<double[]> columns = [];

    private ModelMatrixBuilder(ModelTerms terms, Dataset data)
    {
        this.terms = terms;
        this.data = data;
        var evaluator = new Evaluator(data);
        variables = [.. terms.Variables.Select(expression => ModelVariable.Evaluate(expression, evaluator, data))];
    }

    public static DesignMatrix Build(ModelTerms terms, Dataset data)
    {
        var builder = new ModelMatrixBuilder(terms, data);
        builder.AddAllTerms();
        var values = new double[builder.columns.Count * data.RowCount];
        for (var j = 0; j < builder.columns.Count; j++)
        {
            builder.columns[j].CopyTo(values, j * data.RowCount);
        }

        return new DesignMatrix(builder.names, values, data.RowCount, builder.MissingReasons());
    }

    private void AddAllTerms()
    {
        if (terms.HasIntercept)
        {
            var ones = new double[data.RowCount];
            Array.Fill(ones, 1.0);
            Add(InterceptName, ones);
        }

        var fullySpanned = terms.HasIntercept ? default : FirstFactor();
        for (var t = 0; t < terms.Terms.Count; t++)
        {
            AddTerm(t, fullySpanned);
        }
    }

    /// <summary>Without an intercept the first factor met takes its place, with one column for each level.</summary>
    private (int Term, int Variable)? FirstFactor()
    {
        for (var t = 0; t < terms.Terms.Count; t++)
        {
            foreach (var variable in terms.Terms[t].Variables)
            {
                if (variables[variable].IsCategorical)
                {
                    return (t, variable);
                }
            }
        }

        return null;
    }

    private void AddTerm(int termIndex, (int Term, int Variable)? fullySpanned)
    {
        List<(string Name, double[] Values)> product = [];
        foreach (var index in terms.Terms[termIndex].Variables)
        {
            var useContrasts = terms.UsesContrasts(termIndex, index) && fullySpanned != (termIndex, index);
            var factorColumns = variables[index].Columns(useContrasts);
            product = product.Count == 0 ? factorColumns : Multiply(product, factorColumns);
        }

        foreach (var (name, values) in product)
        {
            Add(name, values);
        }
    }

    /// <summary>The columns of the first factor of a product vary fastest.</summary>
    private static List<(string Name, double[] Values)> Multiply(
        List<(string Name, double[] Values)> left, List<(string Name, double[] Values)> right) =>
        [.. right.SelectMany(_ => left, (b, a) => ($"{a.Name}:{b.Name}", Arithmetic.Map(a.Values, b.Values, (x, y) => x * y)))];

    private void Add(string name, double[] values)
    {
        names.Add(name);
        columns.Add(values);
    }

    private string?[] MissingReasons()
    {
        var reasons = new string?[data.RowCount];
        for (var row = 0; row < reasons.Length; row++)
        {
            reasons[row] = variables.Select(variable => variable.MissingReason(row)).FirstOrDefault(reason => reason is not null);
        }

        return reasons;
    }
}
