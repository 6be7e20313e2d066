using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace MetaBridge.Data;

/// <summary>The canonical bytes of a dataset's content: lengths before texts, little-endian numbers, a tag for each type.</summary>
internal sealed class DatasetHash : IDisposable
{
    /// <summary>Changes when the canonical form does.</summary>
    private const string FormName = "MetaBridge dataset 1";
    private const int Missing = -1;
    private const ulong NaTag = 0x7FF8_0000_0000_07A2;
    private const ulong NanTag = 0x7FF8_0000_0000_0000;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: false);

    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private DatasetHash()
    {
    }

    public static string Compute(Dataset data)
    {
        using var form = new DatasetHash();
        form.Append(FormName);
        form.Append(data.RowCount);
        form.Append(data.HasRowLabels ? 1 : 0);
        for (var row = 0; data.HasRowLabels && row < data.RowCount; row++)
        {
            form.Append(data.RowLabel(row));
        }

        form.Append(data.Columns.Count);
        foreach (var column in data.Columns)
        {
            form.Append(column);
        }

        // Data without matrices keep the fingerprint that they had before there were any.
        foreach (var matrix in data.Matrices)
        {
            form.Append(matrix);
        }

        return Convert.ToHexStringLower(form.hash.GetHashAndReset());
    }

    public void Dispose() => hash.Dispose();

    private void Append(Column column)
    {
        Append(column.Name);
        Append(column.TypeName);
        switch (column)
        {
            case NumberColumn numbers:
                Each(numbers.Values, Append);
                break;
            case IntegerColumn integers:
                Each(integers.Values, Append);
                break;
            case LogicalColumn logical:
                Each(logical.Values, value => Append(value switch { null => Missing, true => 1, false => 0 }));
                break;
            case TextColumn text:
                Each(text.Values, Append);
                break;
            case FactorColumn factor:
                Append(factor.Levels.Count);
                Each<string>([.. factor.Levels], Append);
                Each(factor.Codes, Append);
                break;
        }
    }

    private void Append(DatasetMatrix matrix)
    {
        Append(matrix.Name);
        Append(matrix.Size);
        Append(matrix.RowNames is null ? 0 : 1);
        Each<string>([.. matrix.RowNames ?? []], Append);
        Append(matrix.Blocks.Count);
        foreach (var block in matrix.Blocks)
        {
            Append(block.Rows.Count);
            Each<int>([.. block.Rows], Append);
            Each<double>(block.Lower(), Append);
        }
    }

    private static void Each<T>(ReadOnlySpan<T> values, Action<T> append)
    {
        foreach (var value in values)
        {
            append(value);
        }
    }

    private void Append(string? text)
    {
        if (text is null)
        {
            Append(Missing);
            return;
        }

        var bytes = Utf8.GetBytes(text);
        Append(bytes.Length);
        hash.AppendData(bytes);
    }

    private void Append(int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }

    private void Append(double number)
    {
        // Adding 0 makes +0 of -0. NaNs have many bit patterns, so a tag stands for them.
        var bits = double.IsNaN(number)
            ? (Na.IsNa(number) ? NaTag : NanTag)
            : BitConverter.DoubleToUInt64Bits(number + 0.0);
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, bits);
        hash.AppendData(bytes);
    }
}
