using System.Runtime.CompilerServices;
using System.Text.Json;
using MetaBridge.Multilevel;
using Xunit;

namespace MetaBridge.Tests.Multilevel.Sampling;

/// <summary>Cases recorded from metafor by r-scripts/fixtures/sampling.R.</summary>
internal static class SamplingFixtures
{
    /// <summary>The class "exact".</summary>
    public const double Exact = 1e-10;

    public static IEnumerable<string> Ids(string prefix) => Directory.EnumerateFiles(Folder(), prefix + "*.json")
        .Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    public static JsonElement Load(string id) => JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder(), id + ".json"))).RootElement;

    public static double[] Numbers(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => [.. element.EnumerateArray().Select(Number)],
        _ => [Number(element)],
    };

    public static double Number(JsonElement element) => element.ValueKind == JsonValueKind.Number ? element.GetDouble() : double.NaN;

    public static string[] Texts(JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetString()!)];

    public static void Near(double expected, double actual, double scale = 0, double tolerance = Exact) =>
        Assert.True(
            double.IsNaN(expected) ? double.IsNaN(actual) : Math.Abs(expected - actual) <= tolerance * Math.Max(Math.Abs(expected), scale),
            $"{actual:R} instead of {expected:R}");

    public static void Near(double[] expected, IReadOnlyList<double> actual, double scale = 0, double tolerance = Exact)
    {
        Assert.Equal(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            Near(expected[i], actual[i], scale, tolerance);
        }
    }

    /// <summary>V in full.</summary>
    public static double[,] Dense(SamplingCovariance v)
    {
        var full = new double[v.RowCount, v.RowCount];
        for (var i = 0; i < v.RowCount; i++)
        {
            full[i, i] = v.Variances[i];
        }

        foreach (var block in v.Blocks)
        {
            for (var i = 0; i < block.Rows.Count; i++)
            {
                for (var j = 0; j < block.Rows.Count; j++)
                {
                    full[block.Rows[i], block.Rows[j]] = block[i, j];
                }
            }
        }

        return full;
    }

    private static string Folder([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Fixtures");
}
