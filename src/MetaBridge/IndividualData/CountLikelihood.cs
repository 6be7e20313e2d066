using MetaBridge.Numerics.Dense;

namespace MetaBridge.IndividualData;

/// <summary>Logistic regression, penalised or not, and Poisson regression with exposure times; an intercept comes first.</summary>
/// <remarks>With Jeffreys's prior the score is X'(y − p + h(½ − p)), h the leverages, and the log-likelihood gets + ½ ln|X'WX| (Firth, 1993).</remarks>
internal sealed class CountLikelihood(StudyRows rows, bool isPoisson, bool isPenalised) : IStudyLikelihood
{
    private readonly int q = rows.Columns + 1;

    public int ParameterCount => q;

    public double At(ReadOnlySpan<double> beta, Span<double> score, Span<double> information)
    {
        score.Clear();
        information.Clear();
        var (value, x) = (0.0, new double[q]);
        for (var i = 0; i < rows.Count; i++)
        {
            var (mean, weight, log) = Row(i, beta, x);
            value += rows.Frequencies[i] * log;
            Add(x, rows.Frequencies[i] * (Response(i) - mean), rows.Frequencies[i] * weight, score, information);
        }

        return isPenalised ? value + Penalty(beta, score, information) : value;
    }

    private double Response(int i) => isPoisson ? rows.Events[i] : rows.Outcomes[i];

    private (double Mean, double Weight, double LogLikelihood) Row(int i, ReadOnlySpan<double> beta, double[] x)
    {
        x[0] = 1;
        rows.Design.AsSpan(i * rows.Columns, rows.Columns).CopyTo(x.AsSpan(1));
        var eta = 0.0;
        for (var j = 0; j < q; j++)
        {
            eta += beta[j] * x[j];
        }

        if (isPoisson)
        {
            var mean = rows.Outcomes[i] * Math.Exp(eta);
            return (mean, mean, (rows.Events[i] * (eta + Math.Log(rows.Outcomes[i]))) - mean);
        }

        var p = 1 / (1 + Math.Exp(-eta));
        // ln(1 + eᵉᵗᵃ) without overflow.
        var normaliser = Math.Max(eta, 0) + Math.Log(1 + Math.Exp(-Math.Abs(eta)));
        return (p, p * (1 - p), (rows.Outcomes[i] * eta) - normaliser);
    }

    private double Penalty(ReadOnlySpan<double> beta, Span<double> score, ReadOnlySpan<double> information)
    {
        var factor = information.ToArray();
        if (!SmallCholesky.Factor(factor, q))
        {
            return double.NegativeInfinity;
        }

        var (x, solved) = (new double[q], new double[q]);
        for (var i = 0; i < rows.Count; i++)
        {
            var (p, weight, _) = Row(i, beta, x);
            x.CopyTo(solved, 0);
            SmallCholesky.Solve(factor, q, solved);
            var leverage = 0.0;
            for (var j = 0; j < q; j++)
            {
                leverage += x[j] * solved[j] * weight;
            }

            for (var j = 0; j < q; j++)
            {
                score[j] += rows.Frequencies[i] * leverage * (0.5 - p) * x[j];
            }
        }

        return 0.5 * SmallCholesky.LogDeterminant(factor, q);
    }

    private void Add(double[] x, double residual, double weight, Span<double> score, Span<double> information)
    {
        for (var j = 0; j < q; j++)
        {
            score[j] += residual * x[j];
            for (var l = 0; l < q; l++)
            {
                information[(j * q) + l] += weight * x[j] * x[l];
            }
        }
    }
}
