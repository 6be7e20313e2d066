namespace MetaBridge.Numerics.Quadrature;

/// <summary>A positive function on ℝᴰ that a <see cref="Lattice"/> integrates: f(u) = g(u) Π_d a_d(u_d).</summary>
/// <remarks>What depends on one coordinate alone is asked for once per coordinate value, not once per point.</remarks>
internal interface ILatticeTarget
{
    /// <summary>D.</summary>
    int Dimensions { get; }

    /// <summary>A coordinate's parameter value and ln a_d.</summary>
    AxisValue At(int axis, double u);

    /// <summary>ln g, or −∞.</summary>
    /// <param name="point">One value per axis.</param>
    /// <param name="slot">Where the target may keep what it wants to remember of this point; counted from 0 without gaps. Negative: nothing.</param>
    double Evaluate(ReadOnlySpan<AxisValue> point, int slot);
}

/// <summary>What a coordinate stands for.</summary>
/// <param name="Value">The parameter.</param>
/// <param name="Complement">Its distance to the upper end, or NaN.</param>
/// <param name="LogTerm">ln of the factors that depend on this coordinate alone: prior density, slope of the map.</param>
internal readonly record struct AxisValue(double Value, double Complement, double LogTerm);
