using System.Globalization;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.RInterop.Metadat;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Tests.Support;
using MetaBridge.RInterop.Values;
using Xunit;

namespace MetaBridge.RInterop.Tests.Metadat;

/// <summary>All of metadat, cell by cell, against what R itself says of each cell as text.</summary>
public class MetadatLibraryTests
{
    private const int ItemCount = 83;
    private const int FrameCount = 80;

    // Types, levels and cells as text: another way through R than the loader's. 17 digits determine a double.
    private const string Witness =
        """
        e <- new.env()
        utils::data(list = item, package = "metadat", envir = e)
        x <- e[[item]]
        for (p in part) x <- x[[p]]
        if (inherits(x, "phylo")) {
          parts <- list(parent = x$edge[, 1], child = x$edge[, 2])
          if (!is.null(x$edge.length)) parts$length <- x$edge.length
          x <- as.data.frame(parts)
        }
        labels <- rownames(x)
        x <- as.data.frame(x, optional = TRUE)
        type <- function(v) if (is.ordered(v)) "ordered" else if (is.factor(v)) "factor" else
          switch(typeof(v), double = "numeric", typeof(v))
        cell <- function(v) if (is.factor(v)) as.character(v) else if (is.double(v))
          ifelse(is.na(v) & !is.nan(v), NA, sprintf("%.17g", v)) else as.character(v)
        list(names(x), vapply(x, type, ""), lapply(x, function(v) if (is.factor(v)) levels(v) else character()),
             lapply(x, cell), labels)
        """;

    public static TheoryData<RSessionMode> Modes => SharedSessions.Modes;

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task EveryItem_IsEqualToR(RSessionMode mode)
    {
        var session = SharedSessions.Of(mode);
        var library = new MetadatLibrary(session);
        var items = await library.ListAsync();
        Assert.Equal(ItemCount, items.Count);
        Assert.All(items, item => Assert.NotEqual("", item.Title));
        Assert.NotNull(library.Version);
        var frames = 0;
        foreach (var item in items)
        {
            var content = await library.LoadAllAsync(item.Name);
            frames += content.Tables is [var only] && only.Name == item.Name ? 1 : 0;
            foreach (var table in content.Tables.Concat(content.Trees.Values.Select(tree => tree.Edges)))
            {
                await AssertEqual(session, item.Name, table);
            }
        }

        Assert.Equal(FrameCount, frames);
    }

    [Fact]
    public async Task Lists_GiveAllTheirParts()
    {
        var library = new MetadatLibrary(SharedSessions.Of(RSessionMode.InProcess));
        var lim = await library.LoadAllAsync("dat.lim2014");
        Assert.Equal(
            ["dat.lim2014$m_o_size", "dat.lim2014$m_o_fecundity", "dat.lim2014$o_o_unadj", "dat.lim2014$o_o_adj"],
            lim.Tables.Select(table => table.Name));
        Assert.Equal(4, lim.Trees.Count);
        Assert.Equal(231, lim.Trees["dat.lim2014$m_o_size_tree"].TipLabels.Count);
        Assert.Equal(230, lim.Trees["dat.lim2014$m_o_size_tree"].InnerNodes);
        Assert.Equal(357, (await library.LoadAsync("dat.lim2014")).RowCount);
        var distances = await library.LoadAsync("dat.maire2019$dmat");
        Assert.Equal((35, 35, true), (distances.RowCount, distances.Columns.Count, distances.HasRowLabels));
        var tree = (await library.LoadAllAsync("dat.moura2021")).Trees["dat.moura2021$tree"];
        Assert.Equal(272, tree.NodeLabels!.Count);
        Assert.Equal(8.0, ((NumberColumn)tree.Edges["length"]).Values[0]);
        Assert.Equal(612, (await library.LoadAsync("dat.moura2021$tree")).RowCount);
    }

    [Theory]
    [InlineData("dat.nothing")]
    [InlineData("dat.maire2019$nothing")]
    public async Task UnknownName_IsAnError(string name)
    {
        var library = new MetadatLibrary(SharedSessions.Of(RSessionMode.InProcess));
        var error = await Assert.ThrowsAsync<MetaBridgeException>(() => library.LoadAsync(name));
        Assert.Equal(ErrorCode.UnknownDataset, error.Code);
    }

    [Fact]
    public async Task EveryFrame_GoesBackToRUnchanged()
    {
        var session = SharedSessions.Of(RSessionMode.InProcess);
        var library = new MetadatLibrary(session);
        foreach (var item in await library.ListAsync())
        {
            if ((await library.LoadAllAsync(item.Name)).Tables is not [var table] || table.Name != item.Name)
            {
                continue;
            }

            var variables = new Dictionary<string, RValue> { ["ours"] = table.ToDataFrame(), ["item"] = new RStringVector([item.Name]) };
            var same = await session.EvaluateAsync(
                "e <- new.env(); utils::data(list = item, package = 'metadat', envir = e); x <- as.data.frame(e[[item]]); " +
                "x <- as.data.frame(lapply(x, function(v) if (is.factor(v)) v else as.vector(v)), optional = TRUE, row.names = row.names(x)); " +
                "all(mapply(identical, unname(as.list(x)), unname(as.list(ours)))) && identical(names(x), names(ours)) && " +
                "identical(row.names(x), row.names(ours))",
                variables);
            Assert.True(((RLogicalVector)same.Value).Values[0], item.Name);
        }
    }

    private static async Task AssertEqual(IRSession session, string item, Dataset table)
    {
        var part = table.Name.Contains('$', StringComparison.Ordinal) ? new[] { table.Name.Split('$')[1] } : [];
        var variables = new Dictionary<string, RValue> { ["item"] = new RStringVector([item]), ["part"] = new RStringVector(part) };
        var witness = ((RList)(await session.EvaluateAsync(Witness, variables)).Value).Values;
        Assert.Equal(((RStringVector)witness[0]).Values, table.Columns.Select(column => column.Name));
        Assert.Equal(((RStringVector)witness[1]).Values, table.Columns.Select(column => column.TypeName));
        for (var j = 0; j < table.Columns.Count; j++)
        {
            var cells = ((RStringVector)((RList)witness[3]).Values[j]).Values;
            var levels = ((RStringVector)((RList)witness[2]).Values[j]).Values;
            Assert.Equal(levels.AsEnumerable(), table.Columns[j] is FactorColumn factor ? factor.Levels : Array.Empty<string>());
            AssertCells(table, table.Columns[j], cells);
        }

        if (witness[4] is RStringVector labels)
        {
            Assert.Equal(labels.Values, Enumerable.Range(0, table.RowCount).Select(table.RowLabel));
        }
    }

    private static void AssertCells(Dataset table, Column column, string?[] cells)
    {
        Assert.Equal(cells.Length, column.Count);
        for (var row = 0; row < cells.Length; row++)
        {
            var isEqual = column is NumberColumn numbers && cells[row] is { } text
                ? double.Parse(text, CultureInfo.InvariantCulture).Equals(numbers.Values[row])
                : cells[row] == column.TextAt(row);
            Assert.True(isEqual, $"{table.Name}, column {column.Name}, row {row + 1}: R has {cells[row]}, we have {column.TextAt(row)}");
        }
    }
}
