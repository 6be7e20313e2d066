using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_rma_mv_out</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RmaMvOutput
{
    public int Size;
    public int ParameterCount;
    public int Optimality;
    public int Converged;
    public int Iterations;
    public int Evaluations;
    public int Starts;
    public int HasIntercept;
    public double* Estimates;
    public double* StandardErrors;
    public double* Statistics;
    public double* PValues;
    public double* Lower;
    public double* Upper;
    public double* DegreesOfFreedom;
    public double* Covariance;
    public double HeterogeneityStatistic;
    public double HeterogeneityDf;
    public double HeterogeneityPValue;
    public double OmnibusStatistic;
    public double OmnibusDf;
    public double OmnibusDenominatorDf;
    public double OmnibusPValue;
    public double GradientNorm;
    public fixed double MaximumLikelihood[RmaUniOutput.StatisticCount];
    public fixed double RestrictedLikelihood[RmaUniOutput.StatisticCount];
}
