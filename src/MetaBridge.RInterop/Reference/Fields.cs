using MetaBridge.Data;
using MetaBridge.RInterop.Values;
using MetaBridge.Univariate;

namespace MetaBridge.RInterop.Reference;

/// <summary>Typed access to the elements of an R list.</summary>
internal sealed class Fields(RList list)
{
    public double[] Numbers(string name) => list[name] switch
    {
        RDoubleVector numbers => numbers.Values,
        RIntegerVector integers => Array.ConvertAll(integers.Values, i => i == Na.Integer ? double.NaN : i),
        RLogicalVector logicals => Array.ConvertAll(logicals.Values, l => l is { } value ? value ? 1.0 : 0.0 : double.NaN),
        _ => [],
    };

    public double Number(string name) => Numbers(name) is [var number, ..] ? number : double.NaN;

    public bool Flag(string name) => list[name] is RLogicalVector { Values: [true] };

    public string[] Texts(string name) =>
        list[name] is RStringVector texts ? [.. texts.Values.Select(text => text ?? "NA")] : [];

    public IReadOnlyList<string> Names => [.. (list.Names ?? []).Select(name => name ?? "")];

    public Fields? List(string name) => list[name] is RList inner ? new Fields(inner) : null;

    public Fields[] Lists(string name) =>
        list[name] is RList inner ? [.. inner.Values.OfType<RList>().Select(item => new Fields(item))] : [];

    /// <summary>The tables beside a fit that <see cref="RSnippets.TableHelper"/> made.</summary>
    public FurtherTable[] Tables() => FurtherTable.WithOwnNames(
        Lists("tables").Select(table => new FurtherTable(table.Texts("name")[0], table.Texts("rows"), [.. Columns(table)])));

    private static IEnumerable<FurtherColumn> Columns(Fields table) => table.List("columns") is { } columns
        ? columns.Names.Select(name => new FurtherColumn(name, columns.Numbers(name)))
        : [];

    public CoefficientTable Coefficients() => new(
        Texts("names"), Numbers("beta"), Numbers("se"), Numbers("zval"), Numbers("pval"), Numbers("ci.lb"), Numbers("ci.ub"));

    public FitStatistics Statistics(string name) =>
        Numbers(name) is [var ll, var deviance, var aic, var bic, var aicc, ..] ? new(ll, deviance, aic, bic, aicc) : new(
            double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);

    public StudyTable Studies() => new(
        Numbers("yi"),
        Numbers("vi"),
        Texts("slab"),
        [.. Numbers("rows").Select(row => (int)row - 1)],
        [.. Numbers("dropped").Select(row => new DroppedStudy((int)row - 1, "", "left out by metafor"))]);
}
