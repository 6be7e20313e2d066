using MetaBridge.Errors;

namespace MetaBridge.Native;

/// <summary>Writes tables to a caller's buffers; what does not fit waits on the thread for a second call.</summary>
internal static unsafe class TableDelivery
{
    [ThreadStatic]
    private static double[]? pendingNumbers;

    /// <summary>Refuses a structure of another size.</summary>
    public static void Require(TableBuffers* output) =>
        Buffers.RequireStructure(output, output is null ? 0 : output->Size, sizeof(TableBuffers), "out");

    /// <summary>Delivers tables.</summary>
    public static void Deliver(NamedTables tables, TableBuffers* output)
    {
        var numbers = tables.Numbers;
        output->NumbersNeeded = numbers.Length;
        pendingNumbers = numbers;
        // The text is delivered last: when either does not fit, both wait.
        if (numbers.Length > output->NumbersCapacity)
        {
            PendingText.Deliver(tables.Index, null, 0, &output->TextNeeded);
        }

        PendingText.Deliver(tables.Index, output->Text, output->TextCapacity, &output->TextNeeded);
        CopyNumbers(output);
    }

    /// <summary>Delivers what the last call on this thread could not.</summary>
    public static void Take(TableBuffers* output)
    {
        Require(output);
        if (pendingNumbers is null || pendingNumbers.Length > output->NumbersCapacity)
        {
            throw new MetaBridgeException(
                ErrorCode.InvalidHandle, pendingNumbers is null ? "No tables are waiting on this thread." : $"The tables hold {pendingNumbers.Length} numbers.");
        }

        PendingText.Take(output->Text, output->TextCapacity);
        CopyNumbers(output);
    }

    private static void CopyNumbers(TableBuffers* output)
    {
        var numbers = pendingNumbers!;
        if (numbers.Length > 0)
        {
            numbers.CopyTo(Buffers.Require(output->Numbers, numbers.Length, "numbers"));
        }

        pendingNumbers = null;
    }
}
