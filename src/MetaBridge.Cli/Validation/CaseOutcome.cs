using MetaBridge.Agreement;
using MetaBridge.Errors;

namespace MetaBridge.Cli.Validation;

/// <summary>What became of a case.</summary>
/// <param name="Id">The case.</param>
/// <param name="Certificate">The comparison; null when it could not be made.</param>
/// <param name="Problem">What else is wrong: it could not be run, or its recorded result is out of date; null when nothing is.</param>
internal sealed record CaseOutcome(string Id, Certificate? Certificate, MetaBridgeException? Problem)
{
    /// <summary>Whether the case passed.</summary>
    public bool Passed => Problem is null && Certificate is { Report.Agrees: true };
}
