namespace MetaBridge.Data.Formulas;

/// <summary>A one-sided R-style model formula, parsed by us, so that nothing a user typed reaches R's parser.</summary>
/// <remarks>
/// <para>
/// Terms combine by <c>+ - : * / ^ %in%</c>; a term is a column, a call of a known function such as <c>factor</c>, <c>relevel</c>,
/// <c>log</c>, <c>poly</c>, <c>scale</c>, arithmetic inside <c>I()</c>, or a condition. <c>0</c> and <c>- 1</c> take the intercept away.
/// </para>
/// <para>
/// Text columns become factors whose levels are sorted by code point, which is R's order in the C locale: the reference
/// level, and so every coefficient's meaning, must not depend on the machine's language.
/// </para>
/// <para>Immutable, and safe to share between threads.</para>
/// </remarks>
public sealed class Formula
{
    private readonly Expression rightHandSide;
    private readonly ModelTerms terms;

    private Formula(Expression rightHandSide)
    {
        this.rightHandSide = rightHandSide;
        terms = ModelTerms.Of(rightHandSide);
    }

    /// <summary>Whether the formula has an intercept.</summary>
    public bool HasIntercept => terms.HasIntercept;

    /// <summary>The terms without the intercept, sorted by degree and written as R's <c>term.labels</c>: <c>a</c>, <c>b</c>, <c>a:b</c>.</summary>
    public IReadOnlyList<string> TermLabels =>
        [.. terms.Terms.Select(term => string.Join(':', term.Variables.Select(i => RCodeWriter.WriteLabel(terms.Variables[i]))))];

    /// <summary>The names that the formula mentions, in order of appearance; each should be a column.</summary>
    public IReadOnlyList<string> ColumnNames => [.. rightHandSide.Names().Distinct()];

    /// <summary>Reads a formula.</summary>
    /// <param name="text">Such as <c>~ ablat + factor(alloc)</c>; it begins with the tilde.</param>
    /// <exception cref="Errors.MetaBridgeException">
    /// <see cref="Errors.ErrorCode.FormulaSyntax"/>, with the place; <see cref="Errors.ErrorCode.NotSupported"/> for a function that isn't known,
    /// for <c>.</c>, and for more terms than a model can have.
    /// </exception>
    public static Formula Parse(string text) => new(ExpressionParser.Parse(text, isFormula: true));

    /// <summary>The formula written again from its tree, as R code.</summary>
    public string ToR() => "~ " + RCodeWriter.Write(rightHandSide);

    /// <summary>The formula as R code.</summary>
    public override string ToString() => ToR();

    /// <summary>The model matrix of the formula on a dataset; rows with missing values are marked, not dropped.</summary>
    /// <remarks>
    /// Names, order and coding are those of R's <c>model.matrix</c> with treatment contrasts for factors and polynomial ones for ordered factors;
    /// only the cells that depend on a missing value are NaN. Levels, <c>scale</c> and <c>poly</c> look at all rows of
    /// <paramref name="data"/>, so a subset is taken of the matrix afterwards, as metafor does.
    /// </remarks>
    /// <exception cref="Errors.MetaBridgeException">
    /// <see cref="Errors.ErrorCode.MissingColumn"/>, or <see cref="Errors.ErrorCode.FormulaEvaluation"/> where a value has the wrong type or a
    /// factor has fewer than two levels.
    /// </exception>
    public DesignMatrix BuildMatrix(Dataset data) => ModelMatrixBuilder.Build(terms, data);
}
