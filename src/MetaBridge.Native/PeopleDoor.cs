using MetaBridge.Data;
using MetaBridge.IndividualData;
using MetaBridge.Specs;

namespace MetaBridge.Native;

/// <summary>Individual data, slopes within and between studies, regression on the control risk: a specification and a dataset in, tables out.</summary>
internal static unsafe class PeopleDoor
{
    /// <summary>Fits the model of <c>mb_people</c> and delivers its tables, its notes and the rows that were left out.</summary>
    public static void Fit(byte* spec, byte* data, TableBuffers* output, Poll poll)
    {
        TableDelivery.Require(output);
        var model = SpecJson.Read(Utf8Text.Read(spec, "spec"));
        var dataset = Dataset.ParseJson(Utf8Text.Read(data, "data"));
        var fit = Interruptible.Run(cancellation => PeopleModels.Fit(model, dataset, new FitOptions { CancellationToken = cancellation }), poll);
        var tables = new NamedTables();
        foreach (var table in fit.Further)
        {
            tables.Add(table.Name, table.RowNames, [.. table.Columns.Select(column => (column.Name, (IEnumerable<double>)column.Values))]);
        }

        tables.AddTexts("notes", fit.Notes);
        if (fit.Dropped.Count > 0)
        {
            tables.Add("left out", [.. fit.Dropped.Select(row => row.Reason)], ("row", fit.Dropped.Select(row => row.Row + 1.0)));
        }

        TableDelivery.Deliver(tables, output);
    }
}
