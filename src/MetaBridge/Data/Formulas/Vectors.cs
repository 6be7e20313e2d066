using MetaBridge.Errors;

namespace MetaBridge.Data.Formulas;

/// <summary>A value of the expression language: as in R, always a vector; a single value has length 1.</summary>
internal abstract record Vector
{
    public abstract int Length { get; }

    /// <summary>What it is, as messages call it.</summary>
    public abstract string Kind { get; }

    public abstract bool IsMissing(int index);

    /// <summary>The values as numbers: numbers, integers and logicals.</summary>
    public virtual double[] ToNumbers(string where) =>
        throw FormulaErrors.Evaluation($"{where} needs numbers, but got {Kind}");

    /// <summary>The values as truth values: logicals, and numbers that are true when not 0.</summary>
    public virtual bool?[] ToLogicals(string where) =>
        throw FormulaErrors.Evaluation($"{where} needs TRUE or FALSE, but got {Kind}");

    /// <summary>The values as text, as R's <c>as.character</c> gives them.</summary>
    public abstract string?[] ToTexts();
}

/// <summary>Numbers; integers are numbers that R stores as such, which shows in their text.</summary>
internal sealed record NumberVector(double[] Values, bool IsInteger = false) : Vector
{
    public override int Length => Values.Length;

    public override string Kind => "numbers";

    public override bool IsMissing(int index) => double.IsNaN(Values[index]);

    public override double[] ToNumbers(string where) => Values;

    public override bool?[] ToLogicals(string where) =>
        Array.ConvertAll(Values, value => double.IsNaN(value) ? (bool?)null : value != 0);

    public override string?[] ToTexts() => Array.ConvertAll(Values, Text);

    private string? Text(double value)
    {
        if (Na.IsNa(value))
        {
            return null;
        }

        return IsInteger
            ? value.ToString("F0", System.Globalization.CultureInfo.InvariantCulture)
            : RText.Number(value);
    }
}

/// <summary>Truth values; null is NA.</summary>
internal sealed record LogicalVector(bool?[] Values) : Vector
{
    public override int Length => Values.Length;

    public override string Kind => "logical values";

    public override bool IsMissing(int index) => Values[index] is null;

    public override double[] ToNumbers(string where) =>
        Array.ConvertAll(Values, value => value switch { null => Na.Real, true => 1.0, false => 0.0 });

    public override bool?[] ToLogicals(string where) => Values;

    public override string?[] ToTexts() =>
        Array.ConvertAll(Values, value => value switch { null => null, true => "TRUE", false => "FALSE" });
}

/// <summary>Texts; null is NA.</summary>
internal sealed record TextVector(string?[] Values) : Vector
{
    public override int Length => Values.Length;

    public override string Kind => "text";

    public override bool IsMissing(int index) => Values[index] is null;

    public override string?[] ToTexts() => Values;
}

/// <summary>Categories; code −1 is NA.</summary>
internal sealed record FactorVector(int[] Codes, string[] Levels, bool IsOrdered) : Vector
{
    public override int Length => Codes.Length;

    public override string Kind => IsOrdered ? "an ordered factor" : "a factor";

    public override bool IsMissing(int index) => Codes[index] < 0;

    public override string?[] ToTexts() => Array.ConvertAll(Codes, code => code < 0 ? null : Levels[code]);

    /// <summary>The categories of a text vector: its different values in code-point order, R's order in the C locale.</summary>
    public static FactorVector FromTexts(string?[] texts)
    {
        var levels = texts.OfType<string>().Distinct(StringComparer.Ordinal).ToArray();
        Array.Sort(levels, RText.Compare);
        return Match(texts, levels, isOrdered: false);
    }

    /// <summary>Finds each text among the levels; a text that is none of them becomes NA.</summary>
    public static FactorVector Match(string?[] texts, string[] levels, bool isOrdered)
    {
        var codes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < levels.Length; i++)
        {
            codes.TryAdd(levels[i], i);
        }

        return new FactorVector(
            Array.ConvertAll(texts, text => text is not null && codes.TryGetValue(text, out var code) ? code : -1),
            levels,
            isOrdered);
    }
}

/// <summary>Several number columns that one expression gives, such as a polynomial; stored by columns.</summary>
internal sealed record MatrixVector(double[] Values, int Rows, string[] ColumnNames) : Vector
{
    public override int Length => Rows;

    public override string Kind => "a matrix";

    public override bool IsMissing(int index)
    {
        for (var j = 0; j < ColumnNames.Length; j++)
        {
            if (double.IsNaN(Values[(j * Rows) + index]))
            {
                return true;
            }
        }

        return false;
    }

    public override string?[] ToTexts() => throw FormulaErrors.Evaluation("A matrix can't be used as text");
}

/// <summary>R's NULL: an argument that was given as nothing.</summary>
internal sealed record NullVector : Vector
{
    public override int Length => 0;

    public override string Kind => "NULL";

    public override bool IsMissing(int index) => true;

    public override string?[] ToTexts() => [];
}

/// <summary>Errors of evaluation.</summary>
internal static class FormulaErrors
{
    public static MetaBridgeException Evaluation(string message) => new(ErrorCode.FormulaEvaluation, message + ".");
}
