using MetaBridge.Data;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Metadat;

/// <summary>Takes an item of metadat apart into tables and trees.</summary>
internal static class MetadatParts
{
    internal static MetadatContent Split(MetadatItem item, RValue value)
    {
        if (value.IsDataFrame())
        {
            return new MetadatContent(item, [value.ToDataset(item.Name)], new Dictionary<string, MetadatTree>());
        }

        if (value is not RList { Names: { } names } list)
        {
            throw RValueLimits.Failed($"{item.Name} is {DataFrames.Describe(value)}, neither a data frame nor a list of named parts.");
        }

        var frames = new List<Dataset>();
        var matrices = new List<Dataset>();
        var trees = new Dictionary<string, MetadatTree>();
        for (var i = 0; i < list.Length; i++)
        {
            var name = $"{item.Name}${names[i]}";
            var part = list.Values[i];
            if (part.IsDataFrame())
            {
                frames.Add(part.ToDataset(name));
            }
            else if (part is RList tree && part.Class.Contains("phylo"))
            {
                trees.Add(name, Tree(tree, name));
            }
            else
            {
                matrices.Add(part.MatrixToDataset(name));
            }
        }

        return new MetadatContent(item, [.. frames, .. matrices], trees);
    }

    // The class "phylo" (package ape): edge is a matrix of parents and children, tips are numbered before inner nodes.
    private static MetadatTree Tree(RList tree, string name)
    {
        if (tree["edge"] is not RIntegerVector edge || tree["Nnode"] is not RIntegerVector inner || tree["tip.label"] is not RStringVector tips)
        {
            throw RValueLimits.Failed($"{name} has class phylo, but not its parts edge, Nnode and tip.label.");
        }

        var count = edge.Length / 2;
        List<Column> columns = [new IntegerColumn("parent", edge.Values[..count]), new IntegerColumn("child", edge.Values[count..])];
        if (tree["edge.length"] is RDoubleVector lengths)
        {
            columns.Add(new NumberColumn("length", lengths.Values));
        }

        var nodes = tree["node.label"] is RStringVector labels ? Labels(labels) : null;
        return new MetadatTree(new Dataset(name, columns), Labels(tips), inner.Values[0], nodes);
    }

    private static string[] Labels(RStringVector text) => Array.ConvertAll(text.Values, label => label ?? "NA");
}
