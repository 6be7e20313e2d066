using System.Runtime.CompilerServices;
using System.Text.Json;

namespace MetaBridge.Tests;

/// <summary>Reference files beside the tests that use them, and comparison with their numbers.</summary>
internal static class Fixtures
{
    public static JsonElement Load(string relativePath, [CallerFilePath] string here = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(here)!, relativePath);
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        return document.RootElement.Clone();
    }

    public static string LoadText(string relativePath, [CallerFilePath] string here = "") =>
        File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, relativePath));

    /// <summary>NaN where R has NA (null); R's infinities are texts.</summary>
    public static double Real(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => double.NaN,
        JsonValueKind.String => element.GetString() switch
        {
            "Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            _ => double.NaN,
        },
        _ => element.GetDouble(),
    };

    public static double[] Reals(this JsonElement element) => element.ValueKind == JsonValueKind.Array
        ? [.. element.EnumerateArray().Select(item => item.Real())]
        : [element.Real()];

    /// <summary>Relative agreement, with NaN equal to NaN; values below the floor count as zero.</summary>
    public static void AssertClose(double expected, double actual, double tolerance, string what, double floor = 0)
    {
        if (double.IsNaN(expected) || double.IsInfinity(expected))
        {
            Assert.True(expected.Equals(actual), $"{what}: expected {expected}, got {actual:R}");
            return;
        }

        var scale = Math.Max(Math.Abs(expected), floor);
        Assert.True(Math.Abs(expected - actual) <= tolerance * scale, $"{what}: expected {expected:R}, got {actual:R}");
    }
}
