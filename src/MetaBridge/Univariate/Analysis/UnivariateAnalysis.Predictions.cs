using MetaBridge.Data;
using MetaBridge.Data.Formulas;
using MetaBridge.Errors;

namespace MetaBridge.Univariate.Analysis;

/// <content>Predictions.</content>
public sealed partial class UnivariateAnalysis
{
    /// <summary>The formula of the moderators with the data that it was coded from; null when the model came as plain arrays, or has no moderators.</summary>
    private (string Moderators, Dataset Data)? Coding { get; init; }

    private static (string Moderators, Dataset Data)? CodingOf(Specs.UnivariateSpec spec, Dataset data) => spec.Moderators is { } mods ? (mods, data) : null;

    /// <inheritdoc cref="UnivariatePrediction.Predict(UnivariateFit, PredictionOptions)"/>
    public PredictionTable Predict(PredictionOptions? options = null) => Fit.Predict(options);

    /// <inheritdoc cref="UnivariatePrediction.Predict(UnivariateFit, ReadOnlySpan{double}, int, PredictionOptions)"/>
    public PredictionTable Predict(ReadOnlySpan<double> moderators, int rows, PredictionOptions? options = null) => Fit.Predict(moderators, rows, options);

    /// <summary>Predicted average effects for new rows of data, coded by the model's formula with the factor levels of the fit.</summary>
    /// <param name="newData">A row per prediction, with the columns that the formula names.</param>
    /// <param name="options">How; null for the fit's level and test.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.NotSupported"/> when the model came as plain arrays, or its formula has a function whose values depend on all rows (<c>scale</c>, <c>poly</c>);
    /// <see cref="ErrorCode.UnknownName"/> for a missing column or an unknown level; <see cref="ErrorCode.NonFiniteValue"/> for a missing value.
    /// </exception>
    public PredictionTable Predict(Dataset newData, PredictionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(newData);
        var count = newData.RowCount;
        if (input.Design is null)
        {
            var ones = new double[count];
            Array.Fill(ones, 1.0);
            return Fit.Predict(ones, count, options);
        }

        var (moderators, data) = Coding ?? throw new MetaBridgeException(
            ErrorCode.NotSupported, "The model came as plain arrays, so that new data can't be coded as it was; give the moderators' values themselves.");
        var formula = Formula.Parse(moderators);
        var coded = formula.BuildMatrix(JoinedData.Of(data, newData, formula.ColumnNames));
        return Fit.Predict(NewDesign(coded, moderators, data.RowCount, count), count, options);
    }

    /// <summary>The new rows of a coded design, its columns in the order of the coefficients.</summary>
    private double[] NewDesign(DesignMatrix coded, string moderators, int from, int count)
    {
        var names = Fit.Coefficients.Names;
        var unknown = coded.Names.Except(names).Except(Fit.DroppedColumns).ToArray();
        if (unknown.Length > 0)
        {
            throw new MetaBridgeException(
                ErrorCode.UnknownName,
                $"The new data have other levels than the fit: they would need the coefficients {string.Join(", ", unknown)}, and there are {string.Join(", ", names)}.",
                new Dictionary<string, object?> { ["coefficients"] = unknown });
        }

        var x = new double[count * names.Count];
        for (var j = 0; j < names.Count; j++)
        {
            var at = Enumerable.Range(0, coded.ColumnCount).FirstOrDefault(c => coded.Names[c] == names[j], -1);
            if (at < 0)
            {
                throw new MetaBridgeException(ErrorCode.UnknownName, $"The new data give no column for the coefficient '{names[j]}'.", new Dictionary<string, object?> { ["coefficient"] = names[j] });
            }

            var column = coded.Column(at);
            CheckSameCoding(column, j, moderators);
            for (var i = 0; i < count; i++)
            {
                x[(j * count) + i] = column[from + i];
            }
        }

        return x;
    }

    private void CheckSameCoding(ReadOnlySpan<double> column, int coefficient, string moderators)
    {
        var rows = Fit.Studies.Rows;
        for (var i = 0; i < rows.Length; i++)
        {
            if (column[rows[i]] != Fit.Design[(coefficient * rows.Length) + i])
            {
                throw new MetaBridgeException(
                    ErrorCode.NotSupported,
                    $"'{moderators}' has a function whose values depend on all rows, so that new rows would change the old ones; give the moderators' values themselves.",
                    new Dictionary<string, object?> { ["coefficient"] = Fit.Coefficients.Names[coefficient] });
            }
        }
    }
}
