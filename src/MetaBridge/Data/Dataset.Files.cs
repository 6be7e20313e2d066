using MetaBridge.Errors;

namespace MetaBridge.Data;

public sealed partial class Dataset
{
    /// <summary>Where the data come from, if that is known.</summary>
    public DatasetSource? Source { get; init; }

    /// <summary>Reads a CSV file in UTF-8; the dataset is named after the file.</summary>
    /// <remarks>
    /// The first record is the header. A column is logical (TRUE, FALSE, T, F), else integer, else number (1e5, Inf, -Inf and NaN
    /// included), else text; a quoted field is text whatever it holds. <c>NA</c> is missing, and so is an empty field of a column that isn't text.
    /// A first column without a name holds row labels, and so does the first field of rows that have one field more than the header. Empty lines are skipped. The file is read record by record.
    /// </remarks>
    /// <exception cref="MetaBridgeException">
    /// <see cref="ErrorCode.FileNotReadable"/>; <see cref="ErrorCode.CsvMalformed"/> with the line; <see cref="ErrorCode.DuplicateName"/>;
    /// <see cref="ErrorCode.InvalidOption"/>.
    /// </exception>
    public static Dataset ReadCsv(string path, CsvOptions? options = null) =>
        CsvReader.ReadFile(path, options ?? CsvOptions.Default);

    /// <summary>Reads CSV text.</summary>
    /// <inheritdoc cref="ReadCsv"/>
    public static Dataset ParseCsv(string text, string name, CsvOptions? options = null)
    {
        using var reader = new StringReader(text);
        return CsvReader.Read(reader, name, options ?? CsvOptions.Default);
    }

    /// <summary>Reads the lossless JSON form, an array of row objects, or an object of column arrays; a plain form is named after the file.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.FileNotReadable"/> or <see cref="ErrorCode.JsonMalformed"/>.</exception>
    public static Dataset ReadJson(string path)
    {
        try
        {
            return DatasetJsonReader.Parse(File.ReadAllBytes(path), Path.GetFileNameWithoutExtension(path));
        }
        catch (Exception problem) when (DatasetFiles.IsFileProblem(problem))
        {
            throw DatasetFiles.NotReadable(path, problem);
        }
    }

    /// <summary>Reads JSON text in any of the forms of <see cref="ReadJson"/>.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="name">The name of a dataset that brings none.</param>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.JsonMalformed"/>, with the place.</exception>
    public static Dataset ParseJson(string text, string name = "data") =>
        DatasetJsonReader.Parse(System.Text.Encoding.UTF8.GetBytes(text), name);

    /// <summary>The dataset as CSV, lines ended by LF. Types, values and missing values read back the same, but factors as text.</summary>
    public string ToCsv(CsvOptions? options = null)
    {
        using var writer = new StringWriter();
        CsvWriter.Write(this, writer, options ?? CsvOptions.Default);
        return writer.ToString();
    }

    /// <summary>Writes a CSV file in UTF-8 without byte order mark.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.FileNotReadable"/> when the file can't be written.</exception>
    public void WriteCsv(string path, CsvOptions? options = null) =>
        WriteFile(path, writer => CsvWriter.Write(this, writer, options ?? CsvOptions.Default));

    /// <summary>The lossless JSON form: one line of values for each column, numbers in the shortest form that reads back the same.</summary>
    public string ToJson() => DatasetJsonWriter.Write(this);

    /// <summary>Writes the lossless JSON form to a file in UTF-8.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.FileNotReadable"/> when the file can't be written.</exception>
    public void WriteJson(string path) => WriteFile(path, writer => writer.Write(ToJson()));

    private static void WriteFile(string path, Action<TextWriter> write)
    {
        try
        {
            using var writer = new StreamWriter(path);
            write(writer);
        }
        catch (Exception problem) when (DatasetFiles.IsFileProblem(problem))
        {
            throw DatasetFiles.NotReadable(path, problem);
        }
    }
}
