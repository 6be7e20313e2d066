using MetaBridge.EffectSizes;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>Carries five-number summaries of the C side to the estimators and their numbers back.</summary>
internal static unsafe class FiveNumberDoor
{
    private const int InputColumns = 6;
    private const int OutputColumns = 9;

    /// <summary>Computes the columns of <c>mb_five_numbers</c>.</summary>
    public static void Compute(double* numbers, int count, byte* method, int* logNormal, int backTransform, double* output, Poll poll)
    {
        var rows = Buffers.RequireCount(count, 0, "k");
        var given = Buffers.Require(numbers, checked(InputColumns * rows), "numbers");
        var found = Buffers.Require(output, checked(OutputColumns * rows), "out");
        var isLogNormal = Buffers.Optional(logNormal, rows);
        var options = new FiveNumberOptions
        {
            Method = Keywords<FiveNumberMethod>.Parse(Utf8Text.Read(method, "method"), "method"),
            BackTransform = backTransform != 0,
            TestSkewness = false,
        };
        for (var i = 0; i < rows; i++)
        {
            poll.ThrowIfCancelled();
            var summary = new FiveNumbers(given[i], given[rows + i], given[(2 * rows) + i], given[(3 * rows) + i], given[(4 * rows) + i], given[(5 * rows) + i]);
            var estimate = summary.Estimate(options with { IsLogNormal = !isLogNormal.IsEmpty && isLogNormal[i] != 0 });
            ReadOnlySpan<double> row =
            [
                estimate.Mean, estimate.Sd, estimate.Statistic, estimate.Critical, (double)estimate.Distribution, estimate.Location, estimate.Scale,
                estimate.Power, estimate.Distance,
            ];
            for (var j = 0; j < OutputColumns; j++)
            {
                found[(j * rows) + i] = row[j];
            }
        }
    }
}
