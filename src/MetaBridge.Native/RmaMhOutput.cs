using System.Runtime.InteropServices;

namespace MetaBridge.Native;

/// <summary><c>mb_rma_mh_out</c> of metabridge.h, field by field.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct RmaMhOutput
{
    /// <summary>Log-likelihood, deviance, AIC, BIC, AICc.</summary>
    public const int StatisticCount = 5;

    public int Size;
    public int PooledCount;
    public int EffectCount;
    public int PositiveCount;
    public double* EffectSizes;
    public double* Variances;
    public int* Pooled;
    public double Estimate;
    public double StandardError;
    public double Statistic;
    public double PValue;
    public double Lower;
    public double Upper;
    public double HeterogeneityStatistic;
    public double HeterogeneityDf;
    public double HeterogeneityPValue;
    public double ISquared;
    public double HSquared;
    public double Cochran;
    public double CochranPValue;
    public double MantelHaenszel;
    public double MantelHaenszelPValue;
    public double BreslowDay;
    public double BreslowDayPValue;
    public double Tarone;
    public double TaronePValue;
    public fixed double MaximumLikelihood[StatisticCount];
    public fixed double RestrictedLikelihood[StatisticCount];
}
