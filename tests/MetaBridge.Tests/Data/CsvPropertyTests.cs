using FsCheck;
using FsCheck.Fluent;
using MetaBridge.Data;
using Xunit;

namespace MetaBridge.Tests.Data;

public class CsvPropertyTests
{
    private static readonly Config Cases = Config.QuickThrowOnFailure.WithMaxTest(500);

    private static readonly Gen<string> AnyText =
        Gen.Elements('a', 'B', '1', ' ', ',', ';', '"', '\n', '\r', '\t', 'é', '.', 'N', 'A').ListOf().Select(string.Concat);

    private static readonly Gen<double> AnyNumber = Gen.OneOf(
        ArbMap.Default.GeneratorFor<double>(), Gen.Elements(Na.Real, double.NaN, -0.0, 1, 1e300, double.Epsilon, double.MaxValue));

    private static readonly Gen<Dataset> Datasets =
        from rows in Gen.Choose(1, 8)
        from numbers in AnyNumber.ArrayOf(rows)
        from whole in Gen.Choose(-5, 5).Select(number => (double)number).ArrayOf(rows)
        from integers in ArbMap.Default.GeneratorFor<int>().ArrayOf(rows)
        from texts in Gen.OneOf(AnyText.Select(text => (string?)text), Gen.Constant<string?>(null)).ArrayOf(rows)
        from labels in AnyText.ArrayOf(rows)
        from name in AnyText
        select new Dataset(
            "d",
            [
                new NumberColumn("n" + name, [.. numbers, 0.5]),
                new NumberColumn("w", [.. whole, 1]),
                new IntegerColumn("i", [.. integers, 1]),
                new TextColumn("t", [.. texts, "x"]),
                new LogicalColumn("l", [.. whole.Select(value => value > 2 ? (bool?)null : value > 0), null]),
            ],
            [.. labels, "end"]);

    [Fact]
    public void ToCsv_ReadsBackEqual() => Check.One(Cases, Prop.ForAll(Datasets.ToArbitrary(), data =>
        DatasetDifference.Between(data, Dataset.ParseCsv(data.ToCsv(), "d")).Count == 0));

    [Fact]
    public void ToJson_ReadsBackEqual() => Check.One(Cases, Prop.ForAll(Datasets.ToArbitrary(), data =>
        DatasetDifference.Between(data, Dataset.ParseJson(data.ToJson())).Count == 0));
}
