using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_rma_uni_out</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RmaUniOutput
{
    /// <summary>Log-likelihood, deviance, AIC, BIC, AICc.</summary>
    public const int StatisticCount = 5;

    public int Size;
    public int ParameterCount;
    public int Optimality;
    public int Converged;
    public int Iterations;
    public int HasIntercept;
    public double* Estimates;
    public double* StandardErrors;
    public double* Statistics;
    public double* PValues;
    public double* Lower;
    public double* Upper;
    public double* Covariance;
    public double TauSquared;
    public double TauSquaredStandardError;
    public double ISquared;
    public double HSquared;
    public double RSquared;
    public double TypicalVariance;
    public double HeterogeneityStatistic;
    public double HeterogeneityDf;
    public double HeterogeneityPValue;
    public double OmnibusStatistic;
    public double OmnibusDf;
    public double OmnibusDenominatorDf;
    public double OmnibusPValue;
    public double VarianceScale;
    public double DegreesOfFreedom;
    public fixed double MaximumLikelihood[StatisticCount];
    public fixed double RestrictedLikelihood[StatisticCount];
}
