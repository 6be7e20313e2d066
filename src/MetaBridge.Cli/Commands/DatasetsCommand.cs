using System.CommandLine;
using System.Globalization;
using MetaBridge.Cli.Hosting;
using MetaBridge.Cli.Output;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.RInterop.Metadat;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge datasets</c>: list, show and export.</summary>
internal static class DatasetsCommand
{
    private const int PreviewRows = 6;

    public static Command Create(CommandHost host) => new("datasets", "List, show and export the datasets of R's metadat.")
    {
        List(host),
        Show(host),
        Export(host),
    };

    private static Command List(CommandHost host)
    {
        var command = new Command("list", "List the recorded datasets, and those of metadat where R is installed.\n\nExample:\n  metabridge datasets list");
        command.SetAction((_, cancellation) => ListAsync(host, cancellation));
        return command;
    }

    private static Command Show(CommandHost host)
    {
        var source = new DataArgument();
        var command = new Command("show", "Show what a dataset holds.\n\nExample:\n  metabridge datasets show dat.bcg");
        source.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = new LazySession(host);
            host.Out.Write(Describe(await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Export(CommandHost host)
    {
        var source = new DataArgument();
        var format = FormatOption.Create();
        var output = ModelOptions.Text("--out", "Write to this file instead of the standard output.", "FILE");
        var command = new Command(
            "export",
            "Write a dataset as CSV, or as JSON that keeps every type.\n\nExample:\n  metabridge datasets export dat.bcg --format csv --out bcg.csv")
        {
            format, output,
        };
        source.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = new LazySession(host);
            var data = await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false);
            var text = FormatOption.Write(data, parsed.GetValue(format));
            if (parsed.GetValue(output) is { } path)
            {
                Files.WriteText(path, text);
            }
            else
            {
                host.Out.Write(text);
            }

            return ExitCode.Ok;
        });
        return command;
    }

    private static async Task<int> ListAsync(CommandHost host, CancellationToken cancellation)
    {
        var titles = new SortedDictionary<string, (string Title, bool IsRecorded)>(StringComparer.Ordinal);
        foreach (var path in RecordedFiles(host))
        {
            var data = Dataset.ReadJson(path);
            titles[data.Name] = (data.Source?.Title ?? "", true);
        }

        try
        {
            using var session = new LazySession(host);
            var library = new MetadatLibrary(await session.OpenAsync(cancellation).ConfigureAwait(false));
            foreach (var item in await library.ListAsync(cancellation).ConfigureAwait(false))
            {
                titles.TryAdd(item.Name, (item.Title, false));
            }
        }
        catch (MetaBridgeException exception) when (ExitCode.Of(exception.Code) == ExitCode.RUnavailable)
        {
            host.Error.WriteLine("R is not there: only the recorded datasets are listed.");
        }

        foreach (var (name, (title, isRecorded)) in titles)
        {
            host.Out.WriteLine($"{name,-26} {(isRecorded ? "recorded" : "R only"),-9} {title}");
        }

        return ExitCode.Ok;
    }

    private static IEnumerable<string> RecordedFiles(CommandHost host) =>
        Directory.Exists(host.DatasetFolder) ? Directory.EnumerateFiles(host.DatasetFolder!, "*.json").Order(StringComparer.Ordinal) : [];

    private static string Describe(Dataset data)
    {
        var table = new TextTable("column", "type", "missing", "first values");
        foreach (var column in data.Columns)
        {
            var missing = Enumerable.Range(0, column.Count).Count(column.IsMissing);
            var first = Enumerable.Range(0, Math.Min(PreviewRows, column.Count)).Select(row => column.TextAt(row) ?? "NA");
            table.Add(column.Name, column.TypeName, missing.ToString(CultureInfo.InvariantCulture), string.Join(", ", first));
        }

        var lines = new[] { data.Source?.Title, data.Source?.Citation }.Where(line => !string.IsNullOrEmpty(line));
        return string.Create(CultureInfo.InvariantCulture, $"{data.Name}: {data.RowCount} rows, {data.Columns.Count} columns\n")
            + string.Concat(lines.Select(line => line + "\n")) + "\n" + table;
    }
}
