using MetaBridge.Errors;

namespace MetaBridge.Data.Formulas;

/// <summary>A function of the expression language: its parameters in R's order and what it computes.</summary>
/// <param name="Name">R's name.</param>
/// <param name="Parameters">Names in the order in which unnamed arguments fill them.</param>
/// <param name="Required">How many of the first parameters must be given.</param>
/// <param name="Body">The computation.</param>
/// <param name="NamedOnly">Parameters that only a name can fill, as those behind R's dots.</param>
/// <param name="TakesMore">Whether any number of further unnamed arguments may follow.</param>
internal sealed record Function(
    string Name,
    string[] Parameters,
    int Required,
    Func<CallFrame, Vector> Body,
    string[]? NamedOnly = null,
    bool TakesMore = false);

/// <summary>The arguments of one call, matched to parameters and evaluated.</summary>
internal sealed class CallFrame(string label, Dictionary<string, Vector> named, List<Vector> more)
{
    /// <summary>The call as R writes it, for messages.</summary>
    public string Label => label;

    /// <summary>Unnamed arguments beyond the parameters.</summary>
    public IReadOnlyList<Vector> More => more;

    public Vector this[string parameter] => named[parameter];

    /// <summary>The argument, or null when it wasn't given or is NULL.</summary>
    public Vector? Find(string parameter) =>
        named.TryGetValue(parameter, out var value) && value is not NullVector ? value : null;

    public double[] Numbers(string parameter) => this[parameter].ToNumbers($"'{Label}'");

    public double Number(string parameter, double otherwise) =>
        Find(parameter) is { } value ? Single(value.ToNumbers($"'{Label}'"), parameter) : otherwise;

    public bool Flag(string parameter, bool otherwise)
    {
        if (Find(parameter) is not { } value)
        {
            return otherwise;
        }

        return Single(value.ToLogicals($"'{Label}'"), parameter) ?? throw Error($"'{parameter}' is NA");
    }

    public MetaBridgeException Error(string problem) => FormulaErrors.Evaluation($"In '{Label}' {problem}");

    private T Single<T>(T[] values, string parameter) =>
        values.Length == 1 ? values[0] : throw Error($"'{parameter}' needs one value, but has {values.Length}");
}

/// <summary>All functions that formulas and row expressions may call. Nothing else can be parsed, so nothing else reaches R.</summary>
internal static class FunctionTable
{
    private static readonly SortedDictionary<string, Function> ByName = new(
        NumericFunctions.All.Concat(SummaryFunctions.All).Concat(FactorFunctions.All).Concat(BasisFunctions.All)
            .ToDictionary(function => function.Name),
        StringComparer.Ordinal);

    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>Refuses an unknown function, and arguments that the function doesn't have.</summary>
    public static void Check(Call call, string source, int position)
    {
        if (!ByName.TryGetValue(call.Function, out var function))
        {
            throw new MetaBridgeException(
                ErrorCode.NotSupported,
                $"The function '{call.Function}' is not known in formulas; known are {string.Join(", ", Names)}.",
                new Dictionary<string, object?> { ["function"] = call.Function, ["text"] = source });
        }

        if (Assign(call, function, out var problem) is not { } assigned)
        {
            throw Tokenizer.Error(source, position, problem!);
        }

        var missing = function.Parameters.Take(function.Required).FirstOrDefault(name => !assigned.Named.ContainsKey(name));
        if (missing is not null)
        {
            throw Tokenizer.Error(source, position, $"'{call.Function}' needs the argument '{missing}'");
        }
    }

    public static Vector Evaluate(Call call, Evaluator evaluator)
    {
        var function = ByName[call.Function];
        var assigned = Assign(call, function, out var problem) ?? throw new InvalidOperationException(problem);
        var label = RCodeWriter.WriteLabel(call);
        var named = assigned.Named.ToDictionary(pair => pair.Key, pair => evaluator.Evaluate(pair.Value));
        return function.Body(new CallFrame(label, named, assigned.More.ConvertAll(evaluator.Evaluate)));
    }

    /// <summary>R's matching of arguments, without partial names: named ones first, the rest fill free parameters in order.</summary>
    private static (Dictionary<string, Expression> Named, List<Expression> More)? Assign(
        Call call, Function function, out string? problem)
    {
        var named = new Dictionary<string, Expression>(StringComparer.Ordinal);
        foreach (var argument in call.Arguments.Where(argument => argument.Name is not null))
        {
            var name = argument.Name!;
            var known = function.Parameters.Contains(name) || function.NamedOnly?.Contains(name) == true;
            if (!known || !named.TryAdd(name, argument.Value))
            {
                problem = $"'{function.Name}' has no argument '{name}'" + (known ? " to give twice" : "");
                return null;
            }
        }

        var free = new Queue<string>(function.Parameters.Where(name => !named.ContainsKey(name)));
        var more = new List<Expression>();
        foreach (var argument in call.Arguments.Where(argument => argument.Name is null))
        {
            if (free.TryDequeue(out var parameter))
            {
                named.Add(parameter, argument.Value);
            }
            else if (function.TakesMore)
            {
                more.Add(argument.Value);
            }
            else
            {
                problem = $"'{function.Name}' has too many arguments";
                return null;
            }
        }

        problem = null;
        return (named, more);
    }
}
