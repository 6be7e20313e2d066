using System.Collections.Immutable;

namespace MetaBridge.Data.Formulas;

/// <summary>A node of the immutable tree that a formula or row expression is read into.</summary>
internal abstract record Expression
{
    /// <summary>The longest way from here to a leaf; the parser bounds it, so that walking a tree can't overflow the stack.</summary>
    public abstract int Depth { get; }

    /// <summary>The names of columns that the expression mentions, in order of appearance.</summary>
    public IEnumerable<string> Names() => this switch
    {
        Name name => [name.Text],
        Unary unary => unary.Operand.Names(),
        Parenthesis parenthesis => parenthesis.Inner.Names(),
        Binary binary => binary.Left.Names().Concat(binary.Right.Names()),
        Call call => call.Arguments.SelectMany(argument => argument.Value.Names()),
        _ => [],
    };
}

/// <summary>A number as written; <paramref name="IsInteger"/> when it had R's suffix L.</summary>
internal sealed record NumberLiteral(double Value, bool IsInteger) : Expression
{
    public override int Depth => 1;
}

/// <summary>A text in quotes.</summary>
internal sealed record TextLiteral(string Text) : Expression
{
    public override int Depth => 1;
}

/// <summary>A word that R reserves for a value: TRUE, FALSE, NA, NULL, Inf, NaN and the typed NAs.</summary>
internal sealed record Constant(string Word) : Expression
{
    public override int Depth => 1;
}

/// <summary>The name of a column.</summary>
internal sealed record Name(string Text) : Expression
{
    public override int Depth => 1;
}

/// <summary>An expression in parentheses; kept, because R shows them in column names.</summary>
internal sealed record Parenthesis(Expression Inner) : Expression
{
    public override int Depth { get; } = Inner.Depth + 1;
}

/// <summary>A prefix operator and its operand.</summary>
internal sealed record Unary(Operator Operator, Expression Operand) : Expression
{
    public override int Depth { get; } = Operand.Depth + 1;
}

/// <summary>An infix operator and its operands.</summary>
internal sealed record Binary(Operator Operator, Expression Left, Expression Right) : Expression
{
    public override int Depth { get; } = Math.Max(Left.Depth, Right.Depth) + 1;
}

/// <summary>An argument of a call, by position when <paramref name="Name"/> is null.</summary>
internal sealed record Argument(string? Name, Expression Value);

/// <summary>A call of one of the known functions.</summary>
internal sealed record Call(string Function, ImmutableArray<Argument> Arguments) : Expression
{
    public override int Depth { get; } =
        1 + Arguments.Select(argument => argument.Value.Depth).DefaultIfEmpty(0).Max();

    public bool Equals(Call? other) =>
        other is not null && Function == other.Function && Arguments.SequenceEqual(other.Arguments);

    public override int GetHashCode() => HashCode.Combine(Function, Arguments.Length);
}
