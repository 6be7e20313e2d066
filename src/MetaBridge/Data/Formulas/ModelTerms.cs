using MetaBridge.Errors;

namespace MetaBridge.Data.Formulas;

/// <summary>A model formula expanded into variables and terms, in R's order.</summary>
/// <remarks>
/// The algebra is that of Wilkinson and Rogers (1973) as in Chambers and Hastie (1992), chapter 2. Variables are numbered in order
/// of their first appearance, terms sorted by degree and else kept in the order in which the expansion gives them.
/// </remarks>
internal sealed class ModelTerms
{
    /// <summary>A formula with more terms than this is a slip such as a high power of a long sum.</summary>
    private const int MostTerms = 2000;

    /// <summary>How many pairs one operator may form; keeps a hostile formula from taking minutes.</summary>
    private const long MostPairs = 1_000_000;

    private readonly List<Expression> variables = [];
    private bool intercept = true;
    private bool adding = true;

    private ModelTerms(Expression rightHandSide)
    {
        FindVariables(rightHandSide);
        Terms = [.. Expand(rightHandSide).OrderBy(term => term.Degree)];
    }

    /// <summary>The expressions that rows are evaluated for: columns, calls, conditions.</summary>
    public IReadOnlyList<Expression> Variables => variables;

    /// <summary>The terms without the intercept.</summary>
    public IReadOnlyList<ModelTerm> Terms { get; }

    public bool HasIntercept => intercept;

    public static ModelTerms Of(Expression rightHandSide) => new(rightHandSide);

    /// <summary>Whether a factor in a term is coded by contrasts (true) or by one column for each level.</summary>
    /// <remarks>
    /// Contrasts, when the term without the factor is part of an earlier term (the empty one always is): then the full set of
    /// columns would repeat what is there (Chambers and Hastie 1992, page 38).
    /// </remarks>
    public bool UsesContrasts(int termIndex, int variable)
    {
        var margin = Terms[termIndex].Without(variable);
        return margin.Degree == 0 || Terms.Take(termIndex).Any(earlier => earlier.Contains(margin));
    }

    private static bool IsAlgebra(Operator op) =>
        op == Operator.Plus || op == Operator.Minus || op == Operator.Times || op == Operator.Divide
        || op == Operator.Colon || op == Operator.Power || op == Operator.In;

    private void FindVariables(Expression expression)
    {
        switch (expression)
        {
            case NumberLiteral or Constant { Word: "TRUE" or "FALSE" or "NULL" }:
                break;
            case Parenthesis parenthesis:
                FindVariables(parenthesis.Inner);
                break;
            case Unary unary when unary.Operator != Operator.Not:
                FindVariables(unary.Operand);
                break;
            case Binary { Operator: var op } power when op == Operator.Power:
                FindVariables(power.Left);
                break;
            case Binary binary when IsAlgebra(binary.Operator):
                FindVariables(binary.Left);
                FindVariables(binary.Right);
                break;
            default:
                AddVariable(expression);
                break;
        }
    }

    private void AddVariable(Expression expression)
    {
        if (expression is Name { Text: "." })
        {
            throw new MetaBridgeException(
                ErrorCode.NotSupported, "'.' (all other columns) is not supported in formulas; name the columns.");
        }

        if (expression is TextLiteral or Constant)
        {
            throw new MetaBridgeException(
                ErrorCode.FormulaSyntax, $"'{RCodeWriter.Write(expression)}' is no term of a formula; a term names a column.");
        }

        if (!variables.Contains(expression))
        {
            variables.Add(expression);
        }
    }

    private List<ModelTerm> Expand(Expression expression)
    {
        return expression switch
        {
            NumberLiteral number => ExpandNumber(number),
            Constant { Word: "NULL" or "FALSE" or "TRUE" } constant => ExpandConstant(constant),
            Parenthesis parenthesis => Expand(parenthesis.Inner),
            Unary { Operator: var op } unary when op == Operator.Identity => Expand(unary.Operand),
            Unary { Operator: var op } unary when op == Operator.Negate => Delete([], unary.Operand),
            Binary binary when IsAlgebra(binary.Operator) => ExpandBinary(binary),
            _ => [new ModelTerm([variables.IndexOf(expression)])],
        };
    }

    /// <summary>1 is the intercept and 0 its absence; under a minus sign the other way round.</summary>
    private List<ModelTerm> ExpandNumber(NumberLiteral number)
    {
        intercept = number.Value switch
        {
            1 => adding,
            0 => !adding,
            _ => throw new MetaBridgeException(
                ErrorCode.FormulaSyntax,
                $"The number {RText.Number(number.Value)} is no term of a formula; only 0 and 1 are. Arithmetic needs I()."),
        };
        return [];
    }

    private List<ModelTerm> ExpandConstant(Constant constant) => constant.Word == "NULL"
        ? []
        : ExpandNumber(new NumberLiteral(constant.Word == "TRUE" ? 1 : 0, false));

    private List<ModelTerm> ExpandBinary(Binary binary)
    {
        if (binary.Operator == Operator.Minus)
        {
            return Delete(Expand(binary.Left), binary.Right);
        }

        var left = Expand(binary.Left);
        if (binary.Operator == Operator.Power)
        {
            return Power(left, binary.Right);
        }

        var right = Expand(binary.Right);
        return binary.Operator.Text switch
        {
            "+" => Distinct(left.Concat(right)),
            ":" => Distinct(Cross(left, right)),
            "*" => Distinct(left.Concat(right).Concat(Cross(left, right))),
            "/" => Distinct(left.Concat(Nest(left, right))),
            _ => Distinct(left.Select(term => right.Aggregate(term, (whole, part) => whole.Union(part)))),
        };
    }

    private List<ModelTerm> Delete(List<ModelTerm> left, Expression taken)
    {
        adding = !adding;
        var right = Expand(taken).ToHashSet();
        adding = !adding;
        return left.FindAll(term => !right.Contains(term));
    }

    private static List<ModelTerm> Power(List<ModelTerm> left, Expression exponent)
    {
        while (exponent is Parenthesis parenthesis)
        {
            exponent = parenthesis.Inner;
        }

        if (exponent is not NumberLiteral { Value: >= 1 and <= 100 } number || number.Value != Math.Floor(number.Value))
        {
            throw new MetaBridgeException(
                ErrorCode.FormulaSyntax,
                $"The power of a term must be a whole number from 1, not '{RCodeWriter.Write(exponent)}'; arithmetic needs I().");
        }

        var result = left;
        for (var i = 1; i < number.Value; i++)
        {
            var grown = Distinct(Cross(result, left));
            if (grown.Count == result.Count)
            {
                return grown;
            }

            result = grown;
        }

        return result;
    }

    private static IEnumerable<ModelTerm> Cross(List<ModelTerm> left, List<ModelTerm> right)
    {
        return (long)left.Count * right.Count <= MostPairs
            ? left.SelectMany(_ => right, (a, b) => a.Union(b))
            : throw TooManyTerms();
    }

    /// <summary>The right side inside each combination of the whole left side: (a + b)/c adds a:b:c.</summary>
    private static IEnumerable<ModelTerm> Nest(List<ModelTerm> left, List<ModelTerm> right)
    {
        var whole = left.Aggregate(new ModelTerm([]), (all, term) => all.Union(term));
        return right.Select(whole.Union);
    }

    private static List<ModelTerm> Distinct(IEnumerable<ModelTerm> terms)
    {
        List<ModelTerm> different = [.. terms.Distinct().Take(MostTerms + 1)];
        return different.Count <= MostTerms ? different : throw TooManyTerms();
    }

    private static MetaBridgeException TooManyTerms() =>
        new(ErrorCode.NotSupported, $"The formula expands to more than {MostTerms} terms, or nearly so.");
}
