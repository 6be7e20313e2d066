using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>Carries columns of the C side to the effect size kernels and their numbers back.</summary>
internal static unsafe class EffectDoor
{
    private const int NoCorrection = 1;
    private const int OnlyFirstOutcome = 2;
    private const int NotToEffect = 4;
    private const int NotToVariance = 8;
    private const int AllRules = 15;

    /// <summary>Names of the columns in the order of <c>MB_AI</c> to <c>MB_PI</c>.</summary>
    private static readonly string[] Names =
    [
        "ai", "bi", "ci", "di", "n1i", "n2i", "x1i", "x2i", "t1i", "t2i", "m1i", "m2i", "sd1i", "sd2i",
        "xi", "mi", "ri", "ti", "ni", "yi", "vi", "sei", "sdi", "r2i", "fi", "pi",
    ];

    /// <summary>Computes the effect sizes of <c>mb_escalc</c>.</summary>
    public static void Compute(EscalcInput* input, double* yi, double* vi, double* ni, Poll poll)
    {
        Buffers.RequireStructure(input, input is null ? 0 : input->Size, sizeof(EscalcInput), "in");
        var rows = Buffers.RequireCount(input->RowCount, 0, "k");
        var effectSizes = Buffers.Require(yi, rows, "yi");
        var variances = Buffers.Require(vi, rows, "vi");
        var totals = Buffers.Require(ni, rows, "ni");
        poll.ThrowIfCancelled();
        var table = EffectSizeCalculator.Calculate(ReadSpec(input), ReadColumns(input, rows));
        poll.ThrowIfCancelled();
        table.Yi.CopyTo(effectSizes);
        table.Vi.CopyTo(variances);
        if (table.Ni is null)
        {
            totals.Fill(double.NaN);
        }
        else
        {
            table.Ni.CopyTo(totals);
        }
    }

    private static EffectInputs ReadColumns(EscalcInput* input, int rows)
    {
        var inputs = new EffectInputs();
        var isEmpty = true;
        for (var i = 0; i < EscalcInput.ColumnCount; i++)
        {
            if (input->Column(i) is not null)
            {
                inputs.Set(Enum.Parse<EffectRole>(Names[i], ignoreCase: true), new Span<double>(input->Column(i), rows).ToArray());
                isEmpty = false;
            }
        }

        return isEmpty
            ? throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "No column was given to compute effect sizes from.")
            : inputs;
    }

    private static EffectSpec ReadSpec(EscalcInput* input)
    {
        if ((input->Rules & ~AllRules) != 0)
        {
            throw new MetaBridgeException(ErrorCode.InvalidOption, $"The rules {input->Rules} of mb_escalc_in hold a bit without a meaning.");
        }

        return new EffectSpec
        {
            Measure = Keywords<EffectMeasure>.Parse(Utf8Text.Read(input->Measure, "measure"), "measure"),
            AddTo = Keywords<AddRule>.Parse(Utf8Text.ReadOptional(input->AddTo) ?? Keywords<AddRule>.Of(AddRule.OnlyZero), "to"),
            Vtype = Utf8Text.ReadOptional(input->Vtype),
            Add = double.IsNaN(input->Add) ? null : input->Add,
            Drop00 = input->Drop00 != 0,
            Correct = !input->Has(NoCorrection),
            AddToFirstOutcomeOnly = input->Has(OnlyFirstOutcome),
            AddToEffect = !input->Has(NotToEffect),
            AddToVariance = !input->Has(NotToVariance),
        };
    }
}
