using System.Globalization;
using MetaBridge.Errors;

namespace MetaBridge.Data;

/// <summary>Reads the records of a CSV text one after the other (RFC 4180), holding no more than one record.</summary>
internal sealed class CsvTokenizer(TextReader reader, string name, char delimiter)
{
    private const int BufferSize = 1 << 16;

    private readonly char[] buffer = new char[BufferSize];
    private char[] record = new char[256];
    private int recordLength;
    private int filled;
    private int at;
    private int line = 1;

    /// <summary>The fields of the record: where each ends in the record's characters, and whether it was quoted.</summary>
    private readonly List<(int End, bool Quoted)> fields = [];

    /// <summary>How many fields the current record has.</summary>
    public int FieldCount => fields.Count;

    /// <summary>The line, counted from 1, on which the current record begins.</summary>
    public int RecordLine { get; private set; }

    /// <summary>The characters of a field, valid until the next record is read.</summary>
    public ReadOnlySpan<char> Field(int index)
    {
        var start = index == 0 ? 0 : fields[index - 1].End;
        return record.AsSpan(start, fields[index].End - start);
    }

    public bool IsQuoted(int index) => fields[index].Quoted;

    /// <summary>Reads the next record that isn't an empty line; false at the end.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.CsvMalformed"/> for a quote that isn't closed, or text after one.</exception>
    public bool Read()
    {
        if (line == 1 && Peek() == '\uFEFF')
        {
            Take();
        }

        while (Peek() >= 0)
        {
            RecordLine = line;
            fields.Clear();
            recordLength = 0;
            ReadRecord();
            if (fields.Count > 1 || recordLength > 0 || fields[0].Quoted)
            {
                return true;
            }
        }

        return false;
    }

    public MetaBridgeException Malformed(int atLine, string problem) => new(
        ErrorCode.CsvMalformed,
        string.Create(CultureInfo.InvariantCulture, $"{name}, line {atLine}: {problem}."),
        new Dictionary<string, object?> { ["data"] = name, ["line"] = atLine });

    private void ReadRecord()
    {
        while (true)
        {
            var quoted = Peek() == '"';
            if (quoted)
            {
                ReadQuoted();
            }
            else
            {
                ReadPlain();
            }

            fields.Add((recordLength, quoted));
            var end = Take();
            if (end == delimiter)
            {
                continue;
            }

            if (end == '\r' && Peek() == '\n')
            {
                Take();
            }

            line++;
            return;
        }
    }

    private void ReadPlain()
    {
        for (var next = Peek(); next >= 0 && next != delimiter && next is not ('\n' or '\r'); next = Peek())
        {
            Append((char)Take());
        }
    }

    private void ReadQuoted()
    {
        var opened = line;
        Take();
        while (true)
        {
            var next = Take();
            if (next < 0)
            {
                throw Malformed(opened, "a quoted field is not closed");
            }

            if (next == '"' && Peek() != '"')
            {
                break;
            }

            if (next == '"')
            {
                Take();
            }

            line += next == '\n' || (next == '\r' && Peek() != '\n') ? 1 : 0;
            Append((char)next);
        }

        var behind = Peek();
        if (behind >= 0 && behind != delimiter && behind is not ('\n' or '\r'))
        {
            throw Malformed(line, "text follows the closing quote of a field; a quote inside a field is written twice");
        }
    }

    private void Append(char c)
    {
        if (recordLength == record.Length)
        {
            Array.Resize(ref record, record.Length * 2);
        }

        record[recordLength++] = c;
    }

    private int Peek()
    {
        if (at == filled)
        {
            filled = reader.Read(buffer, 0, buffer.Length);
            at = 0;
        }

        return at < filled ? buffer[at] : -1;
    }

    private int Take()
    {
        var next = Peek();
        at += next >= 0 ? 1 : 0;
        return next;
    }
}
