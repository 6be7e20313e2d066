using MetaBridge.Errors;
using MetaBridge.Numerics;
using MetaBridge.Specs;

namespace MetaBridge.IndividualData;

/// <summary>The regression of one study: linear, logistic, proportional or constant hazards.</summary>
internal static class StudyRegressions
{
    private const string Separated = "its likelihood has no maximum: a combination of the columns separates events from the others";

    /// <summary>Fits.</summary>
    public static StudyRegression Fit(StudyRows rows, IndividualSpec spec)
    {
        if (Unusable(rows, spec) is { } problem)
        {
            return StudyRegression.Without(problem);
        }

        return spec.Type switch
        {
            OutcomeType.Continuous => Linear(rows),
            OutcomeType.Binary => Logistic(rows, spec.Separation),
            _ => Hazards(rows, spec),
        };
    }

    private static string? Unusable(StudyRows rows, IndividualSpec spec)
    {
        var design = WithIntercept(rows);
        return rows.Count == 0 ? "it has no complete row"
            : ThinQr.Factor(design, rows.Count, rows.Columns + 1).Rank <= rows.Columns ? "the treatment or a covariate is the same in all its rows, or follows from others"
            : spec.Type == OutcomeType.TimeToEvent && rows.Events.All(e => e == 0) ? "it has no event" : null;
    }

    private static StudyRegression Linear(StudyRows rows)
    {
        var (n, q) = (rows.Count, rows.Columns + 1);
        var x = WithIntercept(rows);
        var y = (double[])rows.Outcomes.Clone();
        for (var i = 0; i < n; i++)
        {
            var root = Math.Sqrt(rows.Frequencies[i]);
            y[i] *= root;
            for (var j = 0; j < q; j++)
            {
                x[(j * n) + i] *= root;
            }
        }

        var df = rows.People - q;
        if (df <= 0)
        {
            return StudyRegression.Without($"it has {rows.People} people for {q} coefficients");
        }

        var qr = ThinQr.Factor(x, n, q);
        var beta = new double[q];
        for (var j = 0; j < q; j++)
        {
            beta[j] = VectorKernels.Dot(qr.Q.AsSpan(j * n, n), y);
            VectorKernels.AddScaled(-beta[j], qr.Q.AsSpan(j * n, n), y);
        }

        qr.SolveUpper(beta);
        var variance = VectorKernels.Dot(y, y) / df;
        return variance > 0 ? WithoutIntercept(beta, Scaled(InverseOfCross(qr, q), variance), q) : StudyRegression.Without("its outcomes have no residual variance");
    }

    private static StudyRegression Logistic(StudyRows rows, SeparationRule rule)
    {
        var (q, start) = (rows.Columns + 1, new double[rows.Columns + 1]);
        var likelihood = new CountLikelihood(rows, isPoisson: false, isPenalised: rule == SeparationRule.Firth);
        return NewtonSearch.Maximise(likelihood, start, Scales(rows, hasIntercept: true)) is { } found
            ? WithoutIntercept(found.Beta, found.Covariance, q) : StudyRegression.Without(Separated);
    }

    private static StudyRegression Hazards(StudyRows rows, IndividualSpec spec)
    {
        if (spec.Hazard == HazardModel.LogRank)
        {
            return LogRank.Fit(rows);
        }

        if (spec.Hazard == HazardModel.Cox)
        {
            return NewtonSearch.Maximise(new PartialLikelihood(rows, spec.Ties), new double[rows.Columns], Scales(rows, hasIntercept: false)) is { } found
                ? new StudyRegression(found.Beta, found.Covariance, null) : StudyRegression.Without(Separated);
        }

        var start = new double[rows.Columns + 1];
        double events = 0, time = 0;
        for (var i = 0; i < rows.Count; i++)
        {
            events += rows.Frequencies[i] * rows.Events[i];
            time += rows.Frequencies[i] * rows.Outcomes[i];
        }

        start[0] = Math.Log(events / time);
        var scales = Scales(rows, hasIntercept: true);
        // The intercept is the log of a rate, whose size depends on the unit of time.
        scales[0] = 0;
        return NewtonSearch.Maximise(new CountLikelihood(rows, isPoisson: true, isPenalised: false), start, scales) is { } rates
            ? WithoutIntercept(rates.Beta, rates.Covariance, rows.Columns + 1) : StudyRegression.Without(Separated);
    }

    // By columns, the intercept first.
    private static double[] WithIntercept(StudyRows rows)
    {
        var (n, q) = (rows.Count, rows.Columns);
        var x = new double[n * (q + 1)];
        for (var i = 0; i < n; i++)
        {
            x[i] = 1;
            for (var j = 0; j < q; j++)
            {
                x[((j + 1) * n) + i] = rows.Design[(i * q) + j];
            }
        }

        return x;
    }

    private static double[] Scales(StudyRows rows, bool hasIntercept)
    {
        var (n, q) = (rows.Count, rows.Columns);
        var scales = new double[q];
        for (var j = 0; j < q; j++)
        {
            double mean = 0, squares = 0;
            for (var i = 0; i < n; i++)
            {
                mean += rows.Design[(i * q) + j] / n;
            }

            for (var i = 0; i < n; i++)
            {
                squares += Math.Pow(rows.Design[(i * q) + j] - mean, 2) / n;
            }

            scales[j] = Math.Sqrt(squares);
        }

        return hasIntercept ? [1, .. scales] : scales;
    }

    private static double[] InverseOfCross(ThinQr qr, int q)
    {
        var (columns, inverse) = (new double[q][], new double[q * q]);
        for (var j = 0; j < q; j++)
        {
            columns[j] = new double[q];
            columns[j][j] = 1;
            qr.SolveUpper(columns[j]);
        }

        for (var i = 0; i < q; i++)
        {
            for (var j = 0; j < q; j++)
            {
                inverse[(i * q) + j] = Enumerable.Range(0, q).Sum(l => columns[l][i] * columns[l][j]);
            }
        }

        return inverse;
    }

    private static double[] Scaled(double[] matrix, double factor) => Array.ConvertAll(matrix, value => factor * value);

    private static StudyRegression WithoutIntercept(double[] beta, double[] covariance, int q)
    {
        var rest = new double[(q - 1) * (q - 1)];
        for (var i = 1; i < q; i++)
        {
            for (var j = 1; j < q; j++)
            {
                rest[((i - 1) * (q - 1)) + j - 1] = covariance[(i * q) + j];
            }
        }

        return new StudyRegression(beta[1..], rest, null);
    }
}

/// <summary>Peto's one-step log hazard ratio: (O − E)/V of the log-rank test, with variance 1/V.</summary>
internal static class LogRank
{
    /// <summary>Fits; the design has the treatment alone.</summary>
    public static StudyRegression Fit(StudyRows rows)
    {
        if (rows.Columns != 1)
        {
            throw new MetaBridgeException(ErrorCode.NotSupported, "The log-rank estimate has no covariates; use hazard model cox.", new Dictionary<string, object?> { ["option"] = "hazard" });
        }

        int[] order = [.. Enumerable.Range(0, rows.Count).OrderByDescending(i => rows.Outcomes[i])];
        double atRisk = 0, treated = 0, difference = 0, variance = 0;
        for (var at = 0; at < order.Length;)
        {
            var time = rows.Outcomes[order[at]];
            double events = 0, treatedEvents = 0;
            for (; at < order.Length && rows.Outcomes[order[at]] == time; at++)
            {
                var (x, e) = (rows.Design[order[at]], rows.Events[order[at]]);
                atRisk++;
                treated += x;
                events += e;
                treatedEvents += x * e;
            }

            var share = treated / atRisk;
            difference += treatedEvents - (events * share);
            variance += atRisk > 1 ? events * share * (1 - share) * (atRisk - events) / (atRisk - 1) : 0;
        }

        return variance > 0 ? new StudyRegression([difference / variance], [1 / variance], null) : StudyRegression.Without("no event time has both groups at risk");
    }
}
