using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Multilevel;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>Makes a specification, a dataset and its matrices of <c>mb_rma_mv_in</c>. Everything is copied.</summary>
internal sealed unsafe class MultilevelModelReader(RmaMvInput* input)
{
    private readonly List<Column> columns = [];
    private readonly List<string> random = [];
    private readonly List<CovarianceStructure> structures = [];
    private readonly List<double?> sigmaSquared = [];
    private readonly List<(double?[] Variances, double?[] Correlations)> structured = [];
    private readonly Dictionary<string, NamedMatrix> correlations = [];
    private readonly List<NamedMatrix?> distances = [];

    private int RowCount => input->RowCount;

    /// <summary>Reads the model.</summary>
    public (MultilevelSpec Spec, Dataset Data, MultilevelMatrices Matrices) Read()
    {
        var k = Buffers.RequireCount(input->RowCount, 1, "k");
        var sampling = SparseCovariance.Read(input, k);
        columns.Add(new NumberColumn("yi", Buffers.Require(input->EffectSizes, k, "yi").ToArray()));
        columns.Add(new NumberColumn("vi", [.. sampling.Variances]));
        var moderators = ReadDesign(k);
        if (input->Weights is not null)
        {
            columns.Add(new NumberColumn("weights", Buffers.Optional(input->Weights, k).ToArray()));
        }

        var terms = Buffers.RequireCount(input->TermCount, 0, "term_count");
        if (terms > 0)
        {
            Buffers.Require(input->Terms, terms, "terms");
        }

        for (var t = 0; t < terms; t++)
        {
            ReadTerm(&input->Terms[t], t);
        }

        var matrices = new MultilevelMatrices { Sampling = sampling, Correlations = correlations, Distances = distances };
        return (Spec(moderators), new Dataset("the data", columns), matrices);
    }

    private MultilevelSpec Spec(string? moderators)
    {
        var (first, second) = (structured.ElementAtOrDefault(0), structured.ElementAtOrDefault(1));
        return new MultilevelSpec
        {
            Effect = new EffectSpec { Yi = "yi", Vi = "vi" },
            Moderators = moderators,
            Random = random,
            Structures = structures.Count > 0 ? structures : [CovarianceStructure.CompoundSymmetry],
            SigmaSquared = sigmaSquared.Count > 0 ? sigmaSquared : null,
            TauSquared = first.Variances,
            Rho = first.Correlations is { Length: > 0 } ? first.Correlations : null,
            GammaSquared = second.Variances,
            Phi = second.Correlations is { Length: > 0 } ? second.Correlations : null,
            Method = Keywords<HeterogeneityMethod>.Parse(Utf8Text.Read(input->Method, "method"), "method"),
            Test = Keywords<CoefficientTest>.Parse(Utf8Text.Read(input->Test, "test"), "test"),
            DegreesOfFreedom = Keywords<DegreesOfFreedomMethod>.Parse(Utf8Text.Read(input->DegreesOfFreedom, "dfs"), "dfs"),
            Level = input->Level,
            TestedCoefficients = input->Tested is null || input->TestedCount == 0
                ? null
                : Buffers.Optional(input->Tested, Buffers.RequireCount(input->TestedCount, 0, "btt_count")).ToArray(),
            WeightColumn = input->Weights is null ? null : "weights",
            Scaling = CorrelationScaling.None,
        };
    }

    private string? ReadDesign(int k)
    {
        if (input->Design is null)
        {
            return null;
        }

        var names = new string[input->ColumnCount];
        for (var j = 0; j < names.Length; j++)
        {
            names[j] = FormattableString.Invariant($"x{j + 1}");
            columns.Add(new NumberColumn(names[j], new ReadOnlySpan<double>(input->Design + ((long)j * k), k).ToArray()));
        }

        return "~ 0 + " + string.Join(" + ", names);
    }

    private void ReadTerm(RandomTermRecord* term, int index)
    {
        Buffers.RequireStructure(term, term->Size, sizeof(RandomTermRecord), "terms");
        RequireOutputs(term);
        var number = FormattableString.Invariant($"{index + 1}");
        var outer = Utf8Text.ReadOptional(term->Name) is { Length: > 0 } name && IsPlain(name) && columns.TrueForAll(c => c.Name != name)
            ? name
            : "term" + number;
        columns.Add(Codes(outer, term->Outer, term->OuterCount, "outer"));
        switch (term->Kind)
        {
            case RandomTermRecord.Intercept:
                ReadIntercept(term, outer);
                return;
            case RandomTermRecord.Factor:
                ReadFactor(term, outer, "inner" + number);
                break;
            case RandomTermRecord.Slopes:
                ReadSlopes(term, outer, "slope" + number + "_");
                break;
            default:
                throw Invalid($"The kind of term {number} is {term->Kind}; it must be 0, 1 or 2.", "kind");
        }

        structures.Add(Keywords<CovarianceStructure>.Parse(Utf8Text.Read(term->Structure, "structure"), "struct"));
        structured.Add((Fixings(term->Variances, term->VarianceCount), Fixings(term->Correlations, term->CorrelationCount)));
    }

    private void ReadIntercept(RandomTermRecord* term, string outer)
    {
        random.Add($"~ 1 | {outer}");
        sigmaSquared.Add(Fixings(term->Variances, 1)[0]);
        if (term->Known is not null)
        {
            correlations[outer] = Named(term->Known, term->OuterCount);
        }
    }

    private void ReadFactor(RandomTermRecord* term, string outer, string inner)
    {
        columns.Add(term->Values is null
            ? Codes(inner, term->Inner, term->InnerCount, "inner")
            : new NumberColumn(inner, new ReadOnlySpan<double>(term->Values, RowCount).ToArray()));
        random.Add($"~ {inner} | {outer}");
        distances.Add(term->Known is null ? null : Named(term->Known, term->InnerCount));
    }

    private void ReadSlopes(RandomTermRecord* term, string outer, string prefix)
    {
        Buffers.RequireCount(term->InnerCount, 1, "inner_count");
        Buffers.Require(term->Values, checked(RowCount * term->InnerCount), "values");
        var names = new string[term->InnerCount];
        for (var j = 0; j < names.Length; j++)
        {
            names[j] = FormattableString.Invariant($"{prefix}{j + 1}");
            columns.Add(new NumberColumn(names[j], new ReadOnlySpan<double>(term->Values + ((long)j * RowCount), RowCount).ToArray()));
        }

        random.Add($"~ 0 + {string.Join(" + ", names)} | {outer}");
        distances.Add(null);
    }

    // Levels are numbered from 1, and every one occurs, so that the engine's order of levels is that of the codes.
    private IntegerColumn Codes(string name, int* codes, int count, string argument)
    {
        var values = Buffers.Require(codes, RowCount, argument).ToArray();
        var isUsed = new bool[Buffers.RequireCount(count, 1, argument + "_count")];
        foreach (var code in values)
        {
            if (code < 1 || code > count)
            {
                throw Invalid($"'{argument}' holds the level {code}; levels are counted from 1 to {count}.", argument);
            }

            isUsed[code - 1] = true;
        }

        return Array.IndexOf(isUsed, false) is >= 0 and var unused
            ? throw Invalid($"'{argument}' has no row of level {unused + 1}; leave out levels that do not occur.", argument)
            : new IntegerColumn(name, values);
    }

    private static NamedMatrix Named(double* values, int n) => new(
        [.. Enumerable.Range(1, n).Select(i => i.ToString(System.Globalization.CultureInfo.InvariantCulture))],
        new ReadOnlySpan<double>(values, checked(n * n)).ToArray());

    private static double?[] Fixings(double* values, int count)
    {
        var fixings = new double?[count];
        for (var i = 0; i < count; i++)
        {
            fixings[i] = double.IsNaN(values[i]) ? null : values[i];
        }

        return fixings;
    }

    private static void RequireOutputs(RandomTermRecord* term)
    {
        Buffers.Require(term->Variances, Buffers.RequireCount(term->VarianceCount, 1, "variance_count"), "variances");
        Buffers.Require(term->VariancesFixed, term->VarianceCount, "variance_fixed");
        if (Buffers.RequireCount(term->CorrelationCount, 0, "correlation_count") > 0)
        {
            Buffers.Require(term->Correlations, term->CorrelationCount, "correlations");
            Buffers.Require(term->CorrelationsFixed, term->CorrelationCount, "correlation_fixed");
        }
    }

    // A name that a formula can hold as it is.
    private static bool IsPlain(string name) =>
        char.IsAsciiLetter(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.') && name is not ("TRUE" or "FALSE");

    private static MetaBridgeException Invalid(string message, string argument) => new(
        ErrorCode.InvalidHandle, message, new Dictionary<string, object?> { ["argument"] = argument });
}
