using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Metadat;

/// <summary>The datasets of the R package metadat, read from the installed package.</summary>
/// <remarks>
/// Most items are one data frame. Three are lists of data frames, a matrix and trees; their parts are called
/// <c>dat.lim2014$o_o_unadj</c> and so on, and the bare name stands for the first data frame.
/// </remarks>
/// <param name="session">The R that has the package.</param>
public sealed class MetadatLibrary(IRSession session)
{
    private const string ListCode =
        """
        if (!requireNamespace("metadat", quietly = TRUE)) NULL else {
          found <- data(package = "metadat")$results
          list(found[, "Item"], found[, "Title"], as.character(packageVersion("metadat")))
        }
        """;

    private const string LoadCode = "local({ utils::data(list = item, package = \"metadat\", envir = environment()); get(item) })";

    private IReadOnlyList<MetadatItem>? items;

    /// <summary>The installed version, once <see cref="ListAsync"/> or a load has asked for it.</summary>
    public string? Version { get; private set; }

    /// <summary>All items, in the package's order.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.RPackageMissing"/>.</exception>
    public async Task<IReadOnlyList<MetadatItem>> ListAsync(CancellationToken cancellation = default)
    {
        if (items is not null)
        {
            return items;
        }

        var answer = await session.EvaluateAsync(ListCode, null, cancellation).ConfigureAwait(false);
        if (answer.Value is not RList { Values: [RStringVector names, RStringVector titles, RStringVector version] })
        {
            throw new MetaBridgeException(
                ErrorCode.RPackageMissing,
                "The R package metadat is not installed.",
                new Dictionary<string, object?> { ["package"] = "metadat" });
        }

        Version = version.Values[0];
        return items = [.. names.Values.Zip(titles.Values, (name, title) => new MetadatItem(name ?? "", title ?? ""))];
    }

    /// <summary>One table.</summary>
    /// <param name="name">An item, or a part of one: <c>dat.maire2019$dmat</c>. An item of several parts gives its first data frame.</param>
    /// <param name="cancellation">Interrupts R.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.UnknownDataset"/>, <see cref="ErrorCode.RPackageMissing"/>.
    /// </exception>
    public async Task<Dataset> LoadAsync(string name, CancellationToken cancellation = default)
    {
        var part = name.IndexOf('$', StringComparison.Ordinal);
        var content = await LoadAllAsync(part < 0 ? name : name[..part], cancellation).ConfigureAwait(false);
        var table = part < 0 ? content.Tables[0] : content.Tables.FirstOrDefault(candidate => candidate.Name == name);
        if (table is not null)
        {
            return table;
        }

        return content.Trees.TryGetValue(name, out var tree) ? tree.Edges : throw Unknown(
            name, $"its tables are {string.Join(", ", content.Tables.Select(t => t.Name).Concat(content.Trees.Keys))}");
    }

    /// <summary>All that an item holds.</summary>
    /// <param name="name">The item.</param>
    /// <param name="cancellation">Interrupts R.</param>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.UnknownDataset"/>, <see cref="ErrorCode.RPackageMissing"/>.
    /// </exception>
    public async Task<MetadatContent> LoadAllAsync(string name, CancellationToken cancellation = default)
    {
        var known = await ListAsync(cancellation).ConfigureAwait(false);
        var item = known.FirstOrDefault(candidate => candidate.Name == name)
            ?? throw Unknown(name, $"metadat has {known.Count} others, such as {string.Join(", ", known.Take(3).Select(i => i.Name))}");
        var variables = new Dictionary<string, RValue> { ["item"] = new RStringVector([name]) };
        var answer = await session.EvaluateAsync(LoadCode, variables, cancellation).ConfigureAwait(false);
        return MetadatParts.Split(item, answer.Value);
    }

    private static MetaBridgeException Unknown(string name, string others) => new(
        ErrorCode.UnknownDataset,
        $"metadat has no dataset '{name}'; {others}.",
        new Dictionary<string, object?> { ["data"] = name });
}
