using System.Collections.Immutable;

namespace MetaBridge.Data.Formulas;

/// <summary>A term of a model formula: the set of variables whose product it is, by ascending index.</summary>
internal sealed class ModelTerm(ImmutableArray<int> variables) : IEquatable<ModelTerm>
{
    public ImmutableArray<int> Variables { get; } = variables;

    /// <summary>How many variables: 1 for a main effect.</summary>
    public int Degree => Variables.Length;

    public ModelTerm Union(ModelTerm other) => new([.. Variables.Concat(other.Variables).Distinct().Order()]);

    public ModelTerm Without(int variable) => new(Variables.Remove(variable));

    public bool Contains(ModelTerm other) => other.Variables.All(Variables.Contains);

    public bool Equals(ModelTerm? other) => other is not null && Variables.SequenceEqual(other.Variables);

    public override bool Equals(object? obj) => Equals(obj as ModelTerm);

    public override int GetHashCode() => Variables.Aggregate(17, HashCode.Combine);
}
