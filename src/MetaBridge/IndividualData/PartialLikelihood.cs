using MetaBridge.Specs;

namespace MetaBridge.IndividualData;

/// <summary>Cox's partial log-likelihood with Efron's or Breslow's correction for equal times.</summary>
/// <remarks>
/// At an event time with d events, risk-set sums S₀ = Σe^{xβ}, S₁, S₂ and the same sums D over the events: Σxβ − Σ_l ln(S₀ − (l/d) D₀), l = 0 … d − 1 (Efron), or
/// l = 0 throughout (Breslow). Times run downwards, so each risk set grows from the one before: O(n q²).
/// </remarks>
internal sealed class PartialLikelihood : IStudyLikelihood
{
    private readonly StudyRows rows;
    private readonly bool isEfron;
    private readonly int[] order;
    private readonly int q;

    public PartialLikelihood(StudyRows rows, TieMethod ties)
    {
        this.rows = rows;
        q = rows.Columns;
        isEfron = ties == TieMethod.Efron;
        order = [.. Enumerable.Range(0, rows.Count).OrderByDescending(i => rows.Outcomes[i])];
    }

    public int ParameterCount => q;

    public double At(ReadOnlySpan<double> beta, Span<double> score, Span<double> information)
    {
        score.Clear();
        information.Clear();
        var (risk, dead) = (new RiskSums(q), new RiskSums(q));
        var value = 0.0;
        for (var at = 0; at < order.Length;)
        {
            var (time, events) = (rows.Outcomes[order[at]], 0);
            dead.Clear();
            for (; at < order.Length && rows.Outcomes[order[at]] == time; at++)
            {
                var row = order[at];
                var x = rows.Design.AsSpan(row * q, q);
                var eta = 0.0;
                for (var j = 0; j < q; j++)
                {
                    eta += x[j] * beta[j];
                }

                risk.Add(x, Math.Exp(eta));
                if (rows.Events[row] == 1)
                {
                    events++;
                    value += eta;
                    dead.Add(x, Math.Exp(eta));
                    for (var j = 0; j < q; j++)
                    {
                        score[j] += x[j];
                    }
                }
            }

            for (var l = 0; l < events; l++)
            {
                value -= Subtract(risk, dead, isEfron ? (double)l / events : 0, score, information);
            }
        }

        return double.IsFinite(value) ? value : double.NegativeInfinity;
    }

    private double Subtract(RiskSums risk, RiskSums dead, double share, Span<double> score, Span<double> information)
    {
        var s0 = risk.Sum - (share * dead.Sum);
        for (var j = 0; j < q; j++)
        {
            var first = (risk.First[j] - (share * dead.First[j])) / s0;
            score[j] -= first;
            for (var l = 0; l < q; l++)
            {
                var other = (risk.First[l] - (share * dead.First[l])) / s0;
                information[(j * q) + l] += ((risk.Second[(j * q) + l] - (share * dead.Second[(j * q) + l])) / s0) - (first * other);
            }
        }

        return Math.Log(s0);
    }

    private sealed class RiskSums(int q)
    {
        public double Sum { get; private set; }

        public double[] First { get; } = new double[q];

        public double[] Second { get; } = new double[q * q];

        public void Clear()
        {
            Sum = 0;
            Array.Clear(First);
            Array.Clear(Second);
        }

        public void Add(ReadOnlySpan<double> x, double weight)
        {
            Sum += weight;
            for (var j = 0; j < q; j++)
            {
                First[j] += weight * x[j];
                for (var l = 0; l < q; l++)
                {
                    Second[(j * q) + l] += weight * x[j] * x[l];
                }
            }
        }
    }
}
