using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>Carries columns of the C side to the effect size kernels and their numbers back.</summary>
internal static unsafe class EffectDoor
{
    /// <summary>Names of the columns in the order of <c>MB_AI</c> to <c>MB_SEI</c>.</summary>
    private static readonly string[] Names =
    [
        "ai", "bi", "ci", "di", "n1i", "n2i", "x1i", "x2i", "t1i", "t2i", "m1i", "m2i", "sd1i", "sd2i",
        "xi", "mi", "ri", "ti", "ni", "yi", "vi", "sei",
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

    private static Dataset ReadColumns(EscalcInput* input, int rows)
    {
        var columns = new List<Column>();
        for (var i = 0; i < EscalcInput.ColumnCount; i++)
        {
            if (input->Column(i) is not null)
            {
                columns.Add(new NumberColumn(Names[i], new Span<double>(input->Column(i), rows).ToArray()));
            }
        }

        return columns.Count > 0
            ? new Dataset("the input", columns)
            : throw new MetaBridgeException(ErrorCode.SpecificationInvalid, "No column was given to compute effect sizes from.");
    }

    private static EffectSpec ReadSpec(EscalcInput* input)
    {
        string? Name(int column) => input->Column(column) is null ? null : Names[column];
        return new EffectSpec
        {
            Measure = Keywords<EffectMeasure>.Parse(Utf8Text.Read(input->Measure, "measure"), "measure"),
            AddTo = Keywords<AddRule>.Parse(Utf8Text.ReadOptional(input->AddTo) ?? Keywords<AddRule>.Of(AddRule.OnlyZero), "to"),
            Vtype = Utf8Text.ReadOptional(input->Vtype),
            Add = double.IsNaN(input->Add) ? null : input->Add,
            Drop00 = input->Drop00 != 0,
            Ai = Name(0), Bi = Name(1), Ci = Name(2), Di = Name(3), N1i = Name(4), N2i = Name(5),
            X1i = Name(6), X2i = Name(7), T1i = Name(8), T2i = Name(9),
            M1i = Name(10), M2i = Name(11), Sd1i = Name(12), Sd2i = Name(13),
            Xi = Name(14), Mi = Name(15), Ri = Name(16), Ti = Name(17), Ni = Name(18),
            Yi = Name(19), Vi = Name(20), Sei = Name(21),
        };
    }
}
