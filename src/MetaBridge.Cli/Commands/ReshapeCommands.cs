using System.CommandLine;
using MetaBridge.Cli.Hosting;
using MetaBridge.Data;
using MetaBridge.EffectSizes;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Cli.Commands;

/// <summary><c>metabridge to-long</c>, <c>to-table</c>, <c>to-wide</c> and <c>fivenum</c>: summary data in another form.</summary>
internal static class ReshapeCommands
{
    private static readonly string[] Numbers = ["min", "q1", "median", "q3", "max", "n"];

    public static Command CreateLong(CommandHost host) => CreateGrouped(
        host,
        "to-long",
        """
        One row per study becomes one row per group.

        Examples:
          metabridge to-long dat.bcg --measure OR --ai tpos --bi tneg --ci cpos --di cneg --slab author
          metabridge to-long dat.bcg --measure OR --ai tpos --bi tneg --ci cpos --di cneg --vlong --no-append
        """,
        Reshaping.ToLong);

    public static Command CreateTable(CommandHost host) => CreateGrouped(
        host,
        "to-table",
        """
        The table of each study, one below the other.

        Example:
          metabridge to-table dat.bcg --measure OR --ai tpos --bi tneg --ci cpos --di cneg --slab author
        """,
        (data, options) => Reshaping.ToTable(data, options).ToDataset());

    public static Command CreateWide(CommandHost host)
    {
        var (source, format) = (new DataArgument(), FormatOption.Create());
        var study = ModelOptions.Text("--study", "Column of studies.", "COLUMN");
        var group = ModelOptions.Text("--grp", "Column of groups.", "COLUMN");
        var columns = ModelOptions.Text("--grpvars", "Columns that belong to a group, separated by commas.", "LIST");
        var reference = ModelOptions.Text("--ref", "The reference group (default: the most frequent).", "NAME");
        var command = new Command(
            "to-wide",
            """
            One row per group becomes one row per comparison with the reference group.

            Example:
              metabridge to-wide dat.senn2013 --study study --grp treatment --ref placebo --grpvars ni,mi,sdi
            """);
        source.AddTo(command);
        foreach (var option in (Option[])[study, group, columns, reference, format])
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = new LazySession(host);
            var data = await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false);
            var options = new WideOptions
            {
                Study = Needed(parsed, study),
                Group = Needed(parsed, group),
                GroupColumns = Needed(parsed, columns).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                Reference = parsed.GetValue(reference),
            };
            host.Out.Write(FormatOption.Write(Reshaping.ToWide(data, options), parsed.GetValue(format)));
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command CreateFiveNumbers(CommandHost host)
    {
        var (source, format) = (new DataArgument(), FormatOption.Create());
        var columns = Numbers.ToDictionary(name => name, name => ModelOptions.Text("--" + name, $"Column: {name} (default: the column '{name}', if it is there).", "COLUMN"));
        var method = ModelOptions.Text("--method", $"One of {string.Join(", ", Keywords<FiveNumberMethod>.All.Values.Select(word => word.Word))}.", "NAME");
        var dist = ModelOptions.Text("--dist", "norm or lnorm (default method).", "NAME");
        var noTransf = new Option<bool>("--no-transf") { Description = "With lnorm: keep the estimates of the logarithms." };
        var noTest = new Option<bool>("--no-test") { Description = "Estimate also where the data are skewed." };
        var command = new Command(
            "fivenum",
            """
            Means and standard deviations from minimum, quartiles, median, maximum and sample size: the data with columns mean and sd
            and the test of skewness added.

            Example:
              metabridge fivenum summaries.csv --median med --q1 lower --q3 upper --n n --method qe
            """);
        source.AddTo(command);
        foreach (var option in (Option[])[.. columns.Values, method, dist, noTransf, noTest, format])
        {
            command.Options.Add(option);
        }

        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = new LazySession(host);
            var data = await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false);
            var options = new FiveNumberOptions
            {
                Method = parsed.GetValue(method) is { } word ? Keywords<FiveNumberMethod>.Parse(word, "method") : FiveNumberMethod.LuoWanShi,
                IsLogNormal = parsed.GetValue(dist) is { } name && IsLogNormal(name),
                BackTransform = !parsed.GetValue(noTransf),
                TestSkewness = !parsed.GetValue(noTest),
            };
            var found = Estimates(data, [.. Numbers.Select(column => Column(data, parsed.GetValue(columns[column]), column))], options);
            host.Out.Write(FormatOption.Write(found, parsed.GetValue(format)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static Dataset Estimates(Dataset data, double[][] x, FiveNumberOptions options)
    {
        var found = new FiveNumberEstimate[data.RowCount];
        for (var i = 0; i < found.Length; i++)
        {
            var numbers = new FiveNumbers(x[0][i], x[1][i], x[2][i], x[3][i], x[4][i], x[5][i]);
            found[i] = numbers.IsOrdered ? numbers.Estimate(options) : throw new MetaBridgeException(
                ErrorCode.InvalidOption,
                $"The numbers in row {i + 1} are not in the order min, q1, median, q3, max: {string.Join(", ", x.Take(5).Select(column => FormattableString.Invariant($"{column[i]}")))}.",
                new Dictionary<string, object?> { ["row"] = i + 1 });
        }

        return data.With(new NumberColumn("mean", [.. found.Select(one => one.Mean)])).With(new NumberColumn("sd", [.. found.Select(one => one.Sd)]))
            .With(new NumberColumn("tval", [.. found.Select(one => one.Statistic)])).With(new NumberColumn("crit", [.. found.Select(one => one.Critical)]))
            .With(new TextColumn("dist", [.. found.Select(one => Keywords<FiveNumberDistribution>.Of(one.Distribution))]));
    }

    private static double[] Column(Dataset data, string? given, string name) => given is not null ? data[given].ToNumbers()
        : data.TryGet(name, out var column) ? column.ToNumbers()
        : name == "n" ? throw new MetaBridgeException(ErrorCode.MissingColumn, "There is no column 'n' of sample sizes: name it with --n.")
        : [.. Enumerable.Repeat(double.NaN, data.RowCount)];

    private static bool IsLogNormal(string word) => Keywords<FiveNumberDistribution>.Parse(word, "dist") switch
    {
        FiveNumberDistribution.Normal => false,
        FiveNumberDistribution.LogNormal => true,
        _ => throw new MetaBridgeException(ErrorCode.InvalidOption, $"The option 'dist' is '{word}'; it must be norm or lnorm."),
    };

    private static Command CreateGrouped(CommandHost host, string name, string description, Func<Dataset, ReshapeOptions, Dataset> reshape)
    {
        var (source, effect, format) = (new DataArgument(), new EffectOptions(), FormatOption.Create());
        var slab = ModelOptions.Text("--slab", "Column of study names (default: row numbers).", "COLUMN");
        var vlong = new Option<bool>("--vlong") { Description = "Both outcomes of count tables below each other." };
        var noAppend = new Option<bool>("--no-append") { Description = "Leave out the other columns of the data." };
        var command = new Command(name, description);
        source.AddTo(command);
        effect.AddTo(command);
        command.Options.Add(slab);
        if (name == "to-long")
        {
            command.Options.Add(vlong);
            command.Options.Add(noAppend);
        }

        command.Options.Add(format);
        command.SetAction(async (parsed, cancellation) =>
        {
            using var session = new LazySession(host);
            var data = await source.LoadAsync(host, parsed, session, cancellation).ConfigureAwait(false);
            var isLong = name == "to-long";
            var options = new ReshapeOptions
            {
                Effect = effect.ReadAddingNothing(parsed),
                Labels = parsed.GetValue(slab),
                IsVeryLong = isLong && parsed.GetValue(vlong),
                Append = !isLong || !parsed.GetValue(noAppend),
            };
            host.Out.Write(FormatOption.Write(reshape(data, options), parsed.GetValue(format)));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Needed(ParseResult parsed, Option<string?> option) => parsed.GetValue(option) ?? throw new MetaBridgeException(
        ErrorCode.SpecificationInvalid, $"The option {option.Name} is needed.");
}
