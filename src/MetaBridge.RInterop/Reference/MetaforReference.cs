using MetaBridge.Agreement;
using MetaBridge.Bayes;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;
using MetaBridge.Specs;

namespace MetaBridge.RInterop.Reference;

/// <summary>The reference side of a specification: fits it with metafor in an R session.</summary>
/// <remarks>The call is generated from the specification, so the two engines cannot drift apart; data travel as values.</remarks>
public sealed class MetaforReference
{
    private const string DataName = "data";

    private const string VersionCode =
        """
        version <- function(p) if (requireNamespace(p, quietly = TRUE)) as.character(utils::packageVersion(p)) else NA_character_
        c(as.character(getRversion()), version("metafor"), version("metadat"))
        """;

    private readonly IRSession session;
    private readonly Version metaforVersion;

    private MetaforReference(IRSession session, string r, string metafor, string? metadat)
    {
        this.session = session;
        R = r;
        Metafor = metafor;
        Metadat = metadat;
        metaforVersion = System.Version.TryParse(metafor, out var parsed) ? parsed : new Version(0, 0);
    }

    /// <summary>R's version.</summary>
    public string R { get; }

    /// <summary>metafor's version.</summary>
    public string Metafor { get; }

    /// <summary>metadat's version; null when it is not installed.</summary>
    public string? Metadat { get; }

    /// <summary>Finds metafor in a session.</summary>
    /// <param name="session">The session; it stays the caller's.</param>
    /// <param name="cancellation">Stops the work early.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.RPackageMissing"/>.</exception>
    public static async Task<MetaforReference> OpenAsync(IRSession session, CancellationToken cancellation = default)
    {
        var found = await session.EvaluateAsync(VersionCode, null, cancellation).ConfigureAwait(false);
        return found.Value is RStringVector { Values: [{ } r, { } metafor, var metadat] }
            ? new MetaforReference(session, r, metafor, metadat)
            : throw new MetaBridgeException(
                ErrorCode.RPackageMissing,
                "The R package 'metafor' is not installed.",
                new Dictionary<string, object?> { ["package"] = "metafor" });
    }

    /// <summary>The R call for a specification, as a metafor user would type it.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="dataName">What the data frame is called.</param>
    /// <exception cref="MetaBridgeException">The family has no R call, or a formula cannot be read.</exception>
    public string CallFor(ModelSpec spec, string dataName) => spec switch
    {
        UnivariateSpec univariate => UnivariateCall.Of(univariate, dataName, metaforVersion).ToString(),
        StratifiedSpec stratified => StratifiedCall.Of(stratified, dataName).ToString(),
        MultilevelSpec multilevel => MultilevelCall.Of(multilevel, dataName, metaforVersion).ToString(),
        BayesSpec bayes => BayesCall.Of(bayes, dataName, metaforVersion).ToString(),
        IndividualSpec or WithinBetweenSpec or ControlRateSpec => PeopleReference.Call(spec, dataName, metaforVersion).ToString(),
        _ => throw NoCall(spec),
    };

    /// <summary>Fits a specification with metafor; a Bayesian one, which metafor has not, with the quadrature in plain R, or where our engine samples with JAGS.</summary>
    /// <param name="spec">What to fit.</param>
    /// <param name="data">The data.</param>
    /// <param name="cancellation">Interrupts R.</param>
    /// <returns>The fit in the shape of ours, and where it comes from.</returns>
    /// <exception cref="MetaBridgeException">R raised an error, or the specification is not usable.</exception>
    public async Task<(FitResult Fit, Provenance Provenance)> FitAsync(
        ModelSpec spec, Dataset data, CancellationToken cancellation = default)
    {
        var variables = new Dictionary<string, RValue> { [DataName] = data.ToDataFrame() };
        return spec switch
        {
            UnivariateSpec univariate => await FitUnivariateAsync(univariate, data.Name, variables, cancellation).ConfigureAwait(false),
            StratifiedSpec stratified => await FitStratifiedAsync(stratified, data.Name, variables, cancellation).ConfigureAwait(false),
            MultilevelSpec multilevel => await FitMultilevelAsync(multilevel, data, variables, cancellation).ConfigureAwait(false),
            BayesSpec bayes => await FitBayesAsync(bayes, data, variables, cancellation).ConfigureAwait(false),
            IndividualSpec or WithinBetweenSpec or ControlRateSpec => await FitPeopleAsync(spec, data.Name, variables, cancellation).ConfigureAwait(false),
            _ => throw NoCall(spec),
        };
    }

    /// <summary>Fits a specification with metafor and keeps the numbers to compare with.</summary>
    /// <inheritdoc cref="FitAsync"/>
    public async Task<ReferenceResult> ResultAsync(ModelSpec spec, Dataset data, CancellationToken cancellation = default)
    {
        var (fit, provenance) = await FitAsync(spec, data, cancellation).ConfigureAwait(false);
        return ReferenceResult.From(fit, provenance);
    }

    private async Task<(FitResult Fit, Provenance Provenance)> FitUnivariateAsync(
        UnivariateSpec spec, string name, Dictionary<string, RValue> variables, CancellationToken cancellation)
    {
        var code = UnivariateReader.CodeFor(CallFor(spec, DataName), spec);
        var evaluation = await session.EvaluateAsync(code, variables, cancellation).ConfigureAwait(false);
        var provenance = new Provenance(R, Metafor, Metadat, CallFor(spec, name), evaluation.Warnings);
        return (UnivariateReader.Read((RList)evaluation.Value, spec, provenance.Engine), provenance);
    }

    private async Task<(FitResult Fit, Provenance Provenance)> FitStratifiedAsync(
        StratifiedSpec spec, string name, Dictionary<string, RValue> variables, CancellationToken cancellation)
    {
        var code = StratifiedReader.CodeFor(CallFor(spec, DataName), spec);
        var evaluation = await session.EvaluateAsync(code, variables, cancellation).ConfigureAwait(false);
        var provenance = new Provenance(R, Metafor, Metadat, CallFor(spec, name), evaluation.Warnings);
        return (StratifiedReader.Read((RList)evaluation.Value, spec, provenance.Engine), provenance);
    }

    private async Task<(FitResult Fit, Provenance Provenance)> FitMultilevelAsync(
        MultilevelSpec spec, Dataset data, Dictionary<string, RValue> variables, CancellationToken cancellation)
    {
        variables[MultilevelReader.MatricesName] = MatrixValues.Of(data.Matrices);
        var call = MultilevelCall.Of(spec, DataName, metaforVersion, MultilevelReader.MatrixCode);
        var evaluation = await session.EvaluateAsync(MultilevelReader.CodeFor(call, spec), variables, cancellation).ConfigureAwait(false);
        var value = (RList)evaluation.Value;
        var shown = MultilevelCall.Of(spec, data.Name, metaforVersion).With("control", MultilevelReader.ControlOf(value));
        var provenance = new Provenance(R, Metafor, Metadat, shown.ToString(), evaluation.Warnings) { Search = MultilevelReader.SearchOf(value) };
        return (MultilevelReader.Read(value, spec, provenance.Engine), provenance);
    }

    private async Task<(FitResult Fit, Provenance Provenance)> FitBayesAsync(
        BayesSpec spec, Dataset data, Dictionary<string, RValue> variables, CancellationToken cancellation)
    {
        var isSampled = BayesEngine.Fit(spec, data, new FitOptions { CancellationToken = cancellation }).Sampling is not null;
        if (isSampled)
        {
            await RequirePackageAsync("rjags", "models that are sampled are compared with JAGS", cancellation).ConfigureAwait(false);
        }

        string Call(string name) => BayesCall.Of(spec, name, metaforVersion, isSampled).ToString();
        var evaluation = await session.EvaluateAsync(BayesReader.CodeFor(Call(DataName)), variables, cancellation).ConfigureAwait(false);
        var program = isSampled ? BayesReader.SampledProgram : BayesReader.Program;
        var provenance = new Provenance(R, Metafor, Metadat, Call(data.Name), evaluation.Warnings) { Program = program };
        return (BayesReader.Read((RList)evaluation.Value, spec, provenance.Engine, isSampled), provenance);
    }

    private async Task<(FitResult Fit, Provenance Provenance)> FitPeopleAsync(
        ModelSpec spec, string name, Dictionary<string, RValue> variables, CancellationToken cancellation)
    {
        var survival = PeopleReference.NeedsSurvival(spec)
            ? await RequirePackageAsync("survival", "times to an event are compared with it", cancellation).ConfigureAwait(false) : null;
        var evaluation = await session.EvaluateAsync(PeopleReference.CodeFor(CallFor(spec, DataName)), variables, cancellation).ConfigureAwait(false);
        var program = survival is null ? PeopleReference.Program : $"{PeopleReference.Program}, survival {survival}";
        var provenance = new Provenance(R, Metafor, Metadat, CallFor(spec, name), evaluation.Warnings) { Program = program };
        return (PeopleReference.Read((RList)evaluation.Value, spec, provenance.Engine), provenance);
    }

    private async Task<string> RequirePackageAsync(string package, string why, CancellationToken cancellation)
    {
        var found = await session.EvaluateAsync(
            $"if (requireNamespace(\"{package}\", quietly = TRUE)) as.character(utils::packageVersion(\"{package}\")) else NA_character_", null, cancellation).ConfigureAwait(false);
        return found.Value is RStringVector { Values: [{ } version] } ? version : throw new MetaBridgeException(
            ErrorCode.RPackageMissing, $"The R package '{package}' is not installed; {why}.", new Dictionary<string, object?> { ["package"] = package });
    }

    private static MetaBridgeException NoCall(ModelSpec spec) =>
        new(ErrorCode.NotSupported, $"The model family '{spec.Family}' has no R call.");
}
