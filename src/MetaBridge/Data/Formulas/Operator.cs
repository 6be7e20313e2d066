namespace MetaBridge.Data.Formulas;

/// <summary>An operator of the expression language, with R's binding strength.</summary>
/// <param name="Text">As written in R.</param>
/// <param name="Precedence">The higher, the tighter it binds; the order of R's <c>?Syntax</c>.</param>
/// <param name="Spaced">Whether R puts spaces around it when it writes an expression.</param>
internal sealed record Operator(string Text, int Precedence, bool Spaced)
{
    public static readonly Operator Or = new("|", 1, true);
    public static readonly Operator And = new("&", 2, true);
    public static readonly Operator Not = new("!", 3, false);
    public static readonly Operator Equal = new("==", ComparisonPrecedence, true);
    public static readonly Operator NotEqual = new("!=", ComparisonPrecedence, true);
    public static readonly Operator Less = new("<", ComparisonPrecedence, true);
    public static readonly Operator LessOrEqual = new("<=", ComparisonPrecedence, true);
    public static readonly Operator Greater = new(">", ComparisonPrecedence, true);
    public static readonly Operator GreaterOrEqual = new(">=", ComparisonPrecedence, true);
    public static readonly Operator Plus = new("+", 5, true);
    public static readonly Operator Minus = new("-", 5, true);
    public static readonly Operator Times = new("*", 6, true);
    public static readonly Operator Divide = new("/", 6, false);
    public static readonly Operator Modulo = new("%%", 7, false);
    public static readonly Operator WholeDivide = new("%/%", 7, false);
    public static readonly Operator In = new("%in%", 7, true);
    public static readonly Operator Colon = new(":", 8, false);
    public static readonly Operator Negate = new("-", SignPrecedence, false);
    public static readonly Operator Identity = new("+", SignPrecedence, false);
    public static readonly Operator Power = new("^", 10, false);

    private const int ComparisonPrecedence = 4;
    private const int SignPrecedence = 9;

    private static readonly Dictionary<string, Operator> InfixByText = new Operator[]
    {
        Or, And, Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Plus, Minus, Times, Divide,
        Modulo, WholeDivide, In, Colon, Power,
    }.ToDictionary(op => op.Text);

    private static readonly Dictionary<string, Operator> PrefixByText =
        new Operator[] { Not, Negate, Identity }.ToDictionary(op => op.Text);

    /// <summary>All operators that stand between two operands.</summary>
    public static IEnumerable<Operator> AllInfix => InfixByText.Values;

    /// <summary>All operators that stand before one operand.</summary>
    public static IEnumerable<Operator> AllPrefix => PrefixByText.Values;

    /// <summary>R refuses <c>a &lt; b &lt; c</c>.</summary>
    public bool IsComparison => Precedence == ComparisonPrecedence;

    /// <summary>Only the power groups from the right: 2^3^2 is 2^(3^2).</summary>
    public bool IsRightAssociative => this == Power;

    public static Operator? FindInfix(string text) => InfixByText.GetValueOrDefault(text);

    public static Operator? FindPrefix(string text) => PrefixByText.GetValueOrDefault(text);

    public bool Equals(Operator? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => HashCode.Combine(Text, Precedence);
}
