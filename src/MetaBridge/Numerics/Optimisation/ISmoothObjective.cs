namespace MetaBridge.Numerics.Optimisation;

/// <summary>A function to minimise over a box, with its gradient and a model of its curvature.</summary>
internal interface ISmoothObjective
{
    /// <summary>m, the number of variables.</summary>
    int ParameterCount { get; }

    /// <summary>The value at <paramref name="x"/>; positive infinity outside the function's domain. Remembers x for <see cref="Derivatives"/>.</summary>
    double Value(ReadOnlySpan<double> x);

    /// <summary>Gradient and, unless <paramref name="curvature"/> is empty, an approximate Hessian (m × m) at the x of the last finite value.</summary>
    void Derivatives(Span<double> gradient, Span<double> curvature);
}
