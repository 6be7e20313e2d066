namespace MetaBridge.Multilevel.Analysis;

/// <summary>The profile likelihood of a component.</summary>
/// <param name="Name">The component.</param>
/// <param name="ComponentNames">Names of all components.</param>
/// <param name="Estimate">Its estimate.</param>
/// <param name="LogLikelihood">The log-likelihood there, the restricted one under REML.</param>
/// <param name="Points">The profile.</param>
public sealed record ComponentProfile(
    string Name, IReadOnlyList<string> ComponentNames, double Estimate, double LogLikelihood, IReadOnlyList<ProfilePoint> Points);

/// <summary>A point of a profile likelihood.</summary>
/// <param name="Value">The component's value.</param>
/// <param name="LogLikelihood">The highest log-likelihood with it; −∞ where no covariance of the outcomes with it is positive definite.</param>
/// <param name="Components">All components there; empty where there is none.</param>
public sealed record ProfilePoint(double Value, double LogLikelihood, double[] Components);
