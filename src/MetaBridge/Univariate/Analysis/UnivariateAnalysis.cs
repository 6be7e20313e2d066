using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Univariate.Analysis;

/// <summary>
/// A fitted univariate model that can be asked further questions: intervals, hypotheses, permutation tests, influence, asymmetry. Each is answered from the
/// same data and settings as <see cref="Fit"/>.
/// </summary>
/// <remarks>Immutable; may be used by several threads.</remarks>
public sealed partial class UnivariateAnalysis
{
    private readonly UnivariateInput input;
    private readonly UnivariateSettings settings;

    private UnivariateAnalysis(UnivariateInput input, UnivariateSettings settings, UnivariateFit fit, Dataset? data)
    {
        this.input = input;
        this.settings = settings with { Also = [] };
        Fit = fit;
        Data = data;
    }

    /// <summary>The result.</summary>
    public UnivariateFit Fit { get; }

    /// <summary>The rows of the data that the fit used, one per study; null when the model came as plain arrays.</summary>
    public Dataset? Data { get; }

    /// <summary>The complete data that were fitted.</summary>
    internal UnivariateInput Input => input;

    /// <summary>How they were fitted, without further tables.</summary>
    internal UnivariateSettings Settings => settings;

    /// <summary>Fits plain arrays and keeps the fit ready for questions.</summary>
    /// <param name="input">Complete data.</param>
    /// <param name="settings">What to estimate.</param>
    /// <param name="data">Further columns, one row per study, for questions that need them; null for none.</param>
    /// <exception cref="MetaBridgeException">As <see cref="UnivariateEngine.Fit"/>; <see cref="ErrorCode.LengthMismatch"/> for data of another length.</exception>
    public static UnivariateAnalysis Of(UnivariateInput input, UnivariateSettings settings, Dataset? data = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(settings);
        if (data is not null && data.RowCount != input.EffectSizes.Length)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"The data beside the model have {data.RowCount} rows for {input.EffectSizes.Length} studies; give one row per study.",
                new Dictionary<string, object?> { ["rows"] = data.RowCount, ["studies"] = input.EffectSizes.Length });
        }

        return new UnivariateAnalysis(input, settings, UnivariateEngine.Fit(input, settings), data);
    }

    /// <summary>Fits and keeps the fit ready for questions.</summary>
    internal static UnivariateAnalysis Of(UnivariateSpec spec, Dataset data, FitOptions options)
    {
        var input = UnivariateModel.Assemble(spec, data);
        var settings = UnivariateModel.Settings(spec, options);
        return new UnivariateAnalysis(input, settings, UnivariateEngine.Fit(input, settings), RowsUsed(input, data)) { Coding = CodingOf(spec, data) };
    }

    /// <summary>The fit with the tables that its specification asks for.</summary>
    internal static UnivariateFit WithFurther(UnivariateSpec spec, Dataset data, FitOptions options)
    {
        var input = UnivariateModel.Assemble(spec, data);
        var settings = UnivariateModel.Settings(spec, options);
        var fit = UnivariateEngine.Fit(input, settings);
        var requests = spec.TableRequests;
        if (requests.Count == 0)
        {
            return fit;
        }

        var analysis = new UnivariateAnalysis(input, settings, fit, RowsUsed(input, data)) { Coding = CodingOf(spec, data) };
        return fit with { Further = FurtherTable.WithOwnNames(requests.SelectMany(analysis.Tables)) };
    }

    private static Dataset RowsUsed(UnivariateInput input, Dataset data) =>
        input.Rows is { } rows && rows.Length < data.RowCount ? data.Take(rows) : data;

    /// <summary>Answers one request.</summary>
    /// <param name="request">The word and its options.</param>
    /// <returns>The tables of the answer.</returns>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.NotSupported"/> for a word that this family has no table for; <see cref="ErrorCode.UnknownName"/> or <see
    /// cref="ErrorCode.InvalidOption"/> for options; what the question itself may end in.
    /// </exception>
    public IReadOnlyList<FurtherTable> Tables(FurtherRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return [.. UnivariateFurther.Of(request, this)];
    }
}
