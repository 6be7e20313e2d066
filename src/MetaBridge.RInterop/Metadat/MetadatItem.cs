using MetaBridge.Data;

namespace MetaBridge.RInterop.Metadat;

/// <summary>A dataset of the R package metadat.</summary>
/// <param name="Name">Its name, such as <c>dat.bcg</c>.</param>
/// <param name="Title">What it is, in the package's words.</param>
public sealed record MetadatItem(string Name, string Title);

/// <summary>A phylogenetic tree: its edges as a table, and what its numbers stand for.</summary>
/// <param name="Edges">Integer columns <c>parent</c> and <c>child</c>, and <c>length</c> where the tree has branch lengths.</param>
/// <param name="TipLabels">Names of the nodes 1, 2, …: the tips.</param>
/// <param name="InnerNodes">How many inner nodes there are, numbered after the tips.</param>
/// <param name="NodeLabels">Names of the inner nodes, or null.</param>
public sealed record MetadatTree(
    Dataset Edges, IReadOnlyList<string> TipLabels, int InnerNodes, IReadOnlyList<string>? NodeLabels);

/// <summary>All that an item holds: one table for most, several parts for three.</summary>
/// <param name="Item">Which item.</param>
/// <param name="Tables">Data frames and matrices. The part <c>p</c> of the list <c>dat.x</c> is called <c>dat.x$p</c>.</param>
/// <param name="Trees">Trees, by the same names.</param>
public sealed record MetadatContent(
    MetadatItem Item, IReadOnlyList<Dataset> Tables, IReadOnlyDictionary<string, MetadatTree> Trees);
