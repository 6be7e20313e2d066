namespace MetaBridge.RInterop.Embedding;

/// <summary>The values that managed handles keep alive: a doubly linked list inside R, O(1) in and out at any size.</summary>
/// <remarks>
/// R's own list for this is searched from its start on release. A cell holds its predecessor in CAR, its successor in CDR and the
/// value in TAG. Used on the R thread only.
/// </remarks>
internal sealed class PreciousList
{
    private readonly RThread thread;
    private readonly nint nil;
    private readonly nint head;

    /// <summary>Creates the list.</summary>
    /// <param name="thread">The R thread.</param>
    /// <param name="nil">R's NULL.</param>
    internal PreciousList(RThread thread, nint nil)
    {
        this.thread = thread;
        this.nil = nil;
        head = RNative.Rf_cons(nil, nil);
        RNative.R_PreserveObject(head);
    }

    /// <summary>How many values are held.</summary>
    internal int Count { get; private set; }

    /// <summary>Keeps a value alive.</summary>
    /// <returns>The cell to give back to <see cref="Remove"/>.</returns>
    internal nint Add(nint value)
    {
        thread.Assert();
        RProtection.Add(value);
        var next = RNative.CDR(head);
        var cell = RNative.Rf_cons(head, next);
        RNative.SET_TAG(cell, value);
        RNative.SETCDR(head, cell);
        if (next != nil)
        {
            RNative.SETCAR(next, cell);
        }

        RProtection.Remove(1);
        Count++;
        return cell;
    }

    internal void Remove(nint cell)
    {
        thread.Assert();
        var before = RNative.CAR(cell);
        var after = RNative.CDR(cell);
        RNative.SETCDR(before, after);
        if (after != nil)
        {
            RNative.SETCAR(after, before);
        }

        Count--;
    }
}
