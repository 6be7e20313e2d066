using MetaBridge.Univariate;

namespace MetaBridge.Tests.Univariate;

/// <summary>Heterogeneous studies with an intercept and p − 1 moderators.</summary>
internal sealed class StudyData
{
    public StudyData(int seed, int k, int p)
    {
        var random = new Random(seed);
        var x = new double[k * p];
        Array.Fill(x, 1.0, 0, k);
        for (var i = k; i < x.Length; i++)
        {
            x[i] = (4 * random.NextDouble()) - 2;
        }

        var v = new double[k];
        var y = new double[k];
        for (var i = 0; i < k; i++)
        {
            v[i] = 0.02 + (0.3 * random.NextDouble());
            y[i] = 0.4 + ((random.NextDouble() - 0.5) * 2) + (random.NextDouble() * Math.Sqrt(v[i]));
        }

        K = k;
        All = new UnivariateInput { EffectSizes = y, Variances = v, Design = p == 1 ? null : x };
    }

    public int K { get; }

    public UnivariateInput All { get; }

    public UnivariateInput Take(int[] studies) => new()
    {
        EffectSizes = [.. studies.Select(i => All.EffectSizes[i])],
        Variances = [.. studies.Select(i => All.Variances[i])],
        Design = All.Design is null ? null : [.. Enumerable.Range(0, All.Design.Length / K).SelectMany(j => studies.Select(i => All.Design[(j * K) + i]))],
    };

    public UnivariateInput Moved(double shift, double factor) => All with
    {
        EffectSizes = [.. All.EffectSizes.Select(y => (factor * y) + shift)],
        Variances = [.. All.Variances.Select(v => factor * factor * v)],
    };
}
