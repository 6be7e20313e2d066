using System.Text.Json;
using MetaBridge.Errors;

namespace MetaBridge.Data;

/// <summary>Matrices in files of their own.</summary>
internal static class DatasetMatrixFile
{
    // Entries that differ by less than this part of the diagonal are the same number rounded twice.
    private const double SymmetryTolerance = 1e-8;

    public static DatasetMatrix Read(string path, string name, bool isNamed) =>
        Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase) ? ReadJson(path, name) : ReadCsv(path, name, isNamed);

    private static DatasetMatrix ReadJson(string path, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return DatasetMatrixJson.Read(document.RootElement, Path.GetFileName(path), name);
        }
        catch (JsonException problem)
        {
            throw new MetaBridgeException(
                ErrorCode.JsonMalformed,
                $"{path} is not JSON, line {problem.LineNumber + 1}: {problem.Message}",
                new Dictionary<string, object?> { ["path"] = path, ["line"] = problem.LineNumber + 1 },
                problem);
        }
        catch (Exception problem) when (DatasetFiles.IsFileProblem(problem))
        {
            throw DatasetFiles.NotReadable(path, problem);
        }
    }

    private static DatasetMatrix ReadCsv(string path, string name, bool isNamed)
    {
        var table = Dataset.ReadCsv(path);
        var n = table.RowCount;
        if (table.Columns.Count != n)
        {
            throw new MetaBridgeException(
                ErrorCode.LengthMismatch,
                $"{path} has {n} rows and {table.Columns.Count} columns; a matrix has as many of both.",
                new Dictionary<string, object?> { ["path"] = path, ["rows"] = n, ["columns"] = table.Columns.Count });
        }

        var values = new double[n * n];
        for (var j = 0; j < n; j++)
        {
            var column = table.Columns[j].ToNumbers();
            for (var i = 0; i < n; i++)
            {
                values[(i * n) + j] = column[i];
            }
        }

        RequireSymmetry(path, values, n);
        return DatasetMatrix.Full(name, values, isNamed ? [.. table.Columns.Select(column => column.Name)] : null);
    }

    private static void RequireSymmetry(string path, double[] values, int n)
    {
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j < i; j++)
            {
                var (a, b) = (values[(i * n) + j], values[(j * n) + i]);
                var scale = Math.Max(Math.Max(Math.Abs(a), Math.Abs(b)), Math.Sqrt(Math.Abs(values[(i * n) + i] * values[(j * n) + j])));
                if (!(Math.Abs(a - b) <= SymmetryTolerance * scale))
                {
                    throw new MetaBridgeException(
                        ErrorCode.InvalidOption,
                        $"{path} is not symmetric: row {i + 1}, column {j + 1} is {a:R}, row {j + 1}, column {i + 1} is {b:R}.",
                        new Dictionary<string, object?> { ["path"] = path, ["row"] = i + 1, ["column"] = j + 1 });
                }
            }
        }
    }
}
