using System.CommandLine;
using MetaBridge.Data;

namespace MetaBridge.Cli.Commands;

/// <summary>The option <c>--format csv|json</c>.</summary>
internal static class FormatOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--format") { Description = "How to write the data.", DefaultValueFactory = _ => "csv" };
        option.AcceptOnlyFromAmong("csv", "json");
        return option;
    }

    public static string Write(Dataset data, string? format) => format == "json" ? data.ToJson() : data.ToCsv();
}
