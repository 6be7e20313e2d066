using System.Globalization;

namespace MetaBridge.Data.Formulas;

/// <summary>Functions that work value by value.</summary>
internal static class NumericFunctions
{
    public static IEnumerable<Function> All =>
    [
        new("I", ["x"], 1, frame => frame["x"]),
        new("log", ["x", "base"], 1, Log),
        Simple("log2", Math.Log2),
        Simple("log10", Math.Log10),
        Simple("log1p", Log1P),
        Simple("exp", Math.Exp),
        Simple("expm1", ExpM1),
        Simple("sqrt", Math.Sqrt),
        Simple("abs", Math.Abs),
        Simple("sign", value => double.IsNaN(value) ? value : Math.Sign(value)),
        Simple("floor", Math.Floor),
        Simple("ceiling", Math.Ceiling),
        Simple("sin", Math.Sin),
        Simple("cos", Math.Cos),
        Simple("tan", Math.Tan),
        new("as.numeric", ["x"], 1, AsNumeric),
        new("as.integer", ["x"], 1, AsInteger),
        new("as.logical", ["x"], 1, AsLogical),
        new("as.character", ["x"], 1, frame => new TextVector(frame["x"].ToTexts())),
        new("is.na", ["x"], 1, IsNa),
        new("ifelse", ["test", "yes", "no"], 3, IfElse),
        new("c", [], 0, frame => Combine(frame, frame.More), TakesMore: true),
    ];

    /// <summary>R's <c>c</c>: the widest type wins; factors must be made text first.</summary>
    internal static Vector Combine(CallFrame frame, IReadOnlyList<Vector> parts)
    {
        if (parts.Any(part => part is FactorVector or MatrixVector))
        {
            throw frame.Error("a factor or matrix can't be combined; use as.character() first");
        }

        if (parts.Any(part => part is TextVector))
        {
            return new TextVector([.. parts.SelectMany(part => part.ToTexts())]);
        }

        return parts.All(part => part is LogicalVector)
            ? new LogicalVector([.. parts.SelectMany(part => part.ToLogicals(""))])
            : new NumberVector(
                [.. parts.Where(part => part is not NullVector).SelectMany(part => part.ToNumbers("'c'"))],
                parts.All(part => part is LogicalVector or NumberVector { IsInteger: true }));
    }

    private static Function Simple(string name, Func<double, double> function) =>
        new(name, ["x"], 1, frame => new NumberVector(Array.ConvertAll(frame.Numbers("x"), x => KeepNa(x, function(x)))));

    private static double KeepNa(double x, double result) => double.IsNaN(x) ? x : result;

    /// <summary>Exact for small x: log(1 + x)·x / ((1 + x) − 1) cancels the rounding of 1 + x (Goldberg 1991, theorem 4).</summary>
    private static double Log1P(double x)
    {
        var u = 1 + x;
        return u == 1 ? x : u <= 0 || double.IsInfinity(u) ? Math.Log(u) : Math.Log(u) * x / (u - 1);
    }

    /// <summary>(u − 1)·x / log u with u = exp x is exact for small x (Higham 2002, section 1.14.1).</summary>
    private static double ExpM1(double x)
    {
        var u = Math.Exp(x);
        if (u == 1)
        {
            return x;
        }

        return Math.Abs(x) > 1 ? u - 1 : (u - 1) * x / Math.Log(u);
    }

    private static NumberVector Log(CallFrame frame)
    {
        var numbers = frame.Numbers("x");
        if (frame.Find("base") is null)
        {
            return new NumberVector(Array.ConvertAll(numbers, x => KeepNa(x, Math.Log(x))));
        }

        var basis = frame.Number("base", Math.E);
        Func<double, double> logarithm = basis switch
        {
            2 => Math.Log2,
            10 => Math.Log10,
            _ => x => Math.Log(x) / Math.Log(basis),
        };
        return new NumberVector(Array.ConvertAll(numbers, x => KeepNa(x, logarithm(x))));
    }

    /// <summary>Of a factor the codes, as R does; of text the numbers it shows.</summary>
    private static NumberVector AsNumeric(CallFrame frame) => frame["x"] switch
    {
        FactorVector factor => new NumberVector(Array.ConvertAll(factor.Codes, code => code < 0 ? Na.Real : code + 1)),
        TextVector text => new NumberVector(Array.ConvertAll(text.Values, ParseNumber)),
        var other => new NumberVector(other.ToNumbers($"'{frame.Label}'")),
    };

    private static NumberVector AsInteger(CallFrame frame) => new(
        Array.ConvertAll(
            AsNumeric(frame).Values,
            x => double.IsNaN(x) || Math.Abs(x) > int.MaxValue ? Na.Real : Math.Truncate(x)),
        IsInteger: true);

    private static double ParseNumber(string? text) => text?.Trim() switch
    {
        null or "NA" => Na.Real,
        "Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        var shown => double.TryParse(shown, NumberStyles.Float, CultureInfo.InvariantCulture, out var x)
                     && double.IsFinite(x) ? x : Na.Real,
    };

    private static LogicalVector AsLogical(CallFrame frame) => frame["x"] is TextVector or FactorVector
        ? new LogicalVector(Array.ConvertAll(frame["x"].ToTexts(), text => text switch
        {
            "TRUE" or "true" or "T" or "True" => (bool?)true,
            "FALSE" or "false" or "F" or "False" => false,
            _ => null,
        }))
        : new LogicalVector(frame["x"].ToLogicals($"'{frame.Label}'"));

    private static LogicalVector IsNa(CallFrame frame)
    {
        var x = frame["x"];
        return new LogicalVector([.. Enumerable.Range(0, x.Length).Select(i => (bool?)x.IsMissing(i))]);
    }

    private static Vector IfElse(CallFrame frame)
    {
        var test = frame["test"].ToLogicals($"'{frame.Label}'");
        var (yes, no) = (frame["yes"], frame["no"]);
        foreach (var branch in new[] { yes, no })
        {
            if (branch is FactorVector or MatrixVector || (branch.Length != 1 && branch.Length != test.Length))
            {
                throw frame.Error($"a branch is {branch.Kind} of length {branch.Length}, but {test.Length} values are needed");
            }
        }

        if (yes is TextVector || no is TextVector)
        {
            return new TextVector(Choose(test, yes.ToTexts(), no.ToTexts(), null));
        }

        return yes is LogicalVector && no is LogicalVector
            ? new LogicalVector(Choose(test, yes.ToLogicals(""), no.ToLogicals(""), null))
            : new NumberVector(Choose(test, yes.ToNumbers("'ifelse'"), no.ToNumbers("'ifelse'"), Na.Real));
    }

    private static T[] Choose<T>(bool?[] test, T[] yes, T[] no, T missing)
    {
        var chosen = new T[test.Length];
        for (var i = 0; i < chosen.Length; i++)
        {
            var from = test[i] == true ? yes : no;
            chosen[i] = test[i] is null ? missing : from[from.Length == 1 ? 0 : i];
        }

        return chosen;
    }
}
