using System.Numerics;

namespace MetaBridge.Numerics.QuadraticForms;

/// <summary>A quadratic form Q = z'Cz in independent standard normal variables with C positive semi-definite: a sum Σ λ χ²₁ with λ ≥ 0.</summary>
/// <remarks>K(s) = ln E exp(sQ) = −½ ln det(I − 2sC) exists for real s below <see cref="Abscissa"/> and, continued, everywhere off the real axis.</remarks>
internal interface IPositiveForm
{
    /// <summary>1/(2 λ) of the largest λ: where K's branch cut begins. A slightly smaller number will do.</summary>
    double Abscissa { get; }

    /// <summary>E Q = Σ λ.</summary>
    double Mean { get; }

    /// <summary>Its standard deviation, √(2 Σ λ²), roughly: searches start from it.</summary>
    double Deviation { get; }

    /// <summary>K(s), continuous for Im s &gt; 0 and real for real s &lt; <see cref="Abscissa"/>.</summary>
    Complex Cumulant(Complex s);

    /// <summary>Says that <see cref="Cumulant"/> is going to be asked for at many points near a real one, in case that can be made cheaper.</summary>
    /// <param name="c">The point, below <see cref="Abscissa"/>.</param>
    /// <param name="radius">How far from it most of them are.</param>
    void Focus(double c, double radius);
}
