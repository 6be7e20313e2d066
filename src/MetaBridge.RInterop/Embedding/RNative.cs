using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace MetaBridge.RInterop.Embedding;

/// <summary>The entry points of libR, written by hand: nothing else in MetaBridge calls R.</summary>
/// <remarks>
/// <para>
/// A pointer to an R value is an <c>nint</c>. Everything here belongs to the one R thread. An R error that is raised outside of
/// <see cref="R_tryEvalSilent"/> ends the process without a word, so every function that is called outside of it has its
/// precondition stated, and the callers check it in managed code first. "Allocates" means: may collect garbage, so what must
/// survive is protected, and fails only when memory is exhausted (large blocks are allocated by R code inside the frame).
/// </para>
/// <para>
/// <c>SuppressGCTransition</c> is used nowhere: R reports an error through its console, which is managed code here, and the runtime ends
/// the process when managed code is entered from such a call.
/// </para>
/// </remarks>
internal static unsafe partial class RNative
{
    internal const string Library = "libR";

    // Start-up and end; in the order of REngineStart, on the R thread, once.
    [LibraryImport(Library)]
    internal static partial int Rf_initialize_R(int count, byte** arguments);

    [LibraryImport(Library)]
    internal static partial void setup_Rmainloop();

    [LibraryImport(Library)]
    internal static partial void Rf_endEmbeddedR(int fatal);

    // The frame that catches R errors. Needs: expression and environment are live R values. Never raises.
    [LibraryImport(Library)]
    internal static partial nint R_tryEvalSilent(nint expression, nint environment, int* failed);

    // The text of the last error. Never raises; the buffer is R's own.
    [LibraryImport(Library)]
    internal static partial byte* R_curErrorBuf();

    // Overflow of the stack of 50,000 entries raises. Only for RProtection, which counts.
    [LibraryImport(Library)]
    internal static partial nint Rf_protect(nint value);

    [LibraryImport(Library)]
    internal static partial void Rf_unprotect(int count);

    // Needs: a known type, 0 <= length, and a block below RVectors.LargeBytes. Allocates.
    [LibraryImport(Library)]
    internal static partial nint Rf_allocVector(uint type, nint length);

    // Allocates. Needs: live values.
    [LibraryImport(Library)]
    internal static partial nint Rf_cons(nint head, nint tail);

    [LibraryImport(Library)]
    internal static partial nint Rf_lcons(nint head, nint tail);

    // Needs: a zero-terminated name of 1 to 10,000 bytes. Allocates.
    [LibraryImport(Library)]
    internal static partial nint Rf_install(byte* name);

    // Needs: no zero byte inside, valid bytes for the encoding. Allocates.
    [LibraryImport(Library)]
    internal static partial nint Rf_mkCharLenCE(byte* text, int length, int encoding);

    [LibraryImport(Library)]
    internal static partial nint Rf_ScalarString(nint text);

    [LibraryImport(Library)]
    internal static partial nint Rf_ScalarInteger(int value);

    [LibraryImport(Library)]
    internal static partial nint Rf_ScalarLogical(int value);

    // Any live value. Neither raises nor allocates.
    [LibraryImport(Library)]
    internal static partial int TYPEOF(nint value);

    [LibraryImport(Library)]
    internal static partial int ALTREP(nint value);

    [LibraryImport(Library)]
    internal static partial nint ATTRIB(nint value);

    [LibraryImport(Library)]
    internal static partial int NAMED(nint value);

    // Needs: a vector, list or NULL. A class of ALTREP may compute its length, so the transition is kept.
    [LibraryImport(Library)]
    internal static partial nint Rf_xlength(nint vector);

    // Needs: a pairlist cell (CAR, CDR, TAG accept NULL too).
    [LibraryImport(Library)]
    internal static partial nint CAR(nint cell);

    [LibraryImport(Library)]
    internal static partial nint CDR(nint cell);

    [LibraryImport(Library)]
    internal static partial nint TAG(nint cell);

    [LibraryImport(Library)]
    internal static partial nint SETCAR(nint cell, nint value);

    [LibraryImport(Library)]
    internal static partial nint SETCDR(nint cell, nint value);

    [LibraryImport(Library)]
    internal static partial void SET_TAG(nint cell, nint value);

    // Needs: a symbol.
    [LibraryImport(Library)]
    internal static partial nint PRINTNAME(nint symbol);

    // Needs: a CHARSXP.
    [LibraryImport(Library)]
    internal static partial byte* R_CHAR(nint text);

    [LibraryImport(Library)]
    internal static partial int LENGTH(nint text);

    [LibraryImport(Library)]
    internal static partial int Rf_getCharCE(nint text);

    // Needs: a vector of that type, not ALTREP. Then a plain address.
    [LibraryImport(Library)]
    internal static partial double* REAL(nint vector);

    [LibraryImport(Library)]
    internal static partial int* INTEGER(nint vector);

    [LibraryImport(Library)]
    internal static partial int* LOGICAL(nint vector);

    // Needs: an atomic vector; null when an ALTREP vector has no block of memory (yet).
    [LibraryImport(Library)]
    internal static partial void* DATAPTR_OR_NULL(nint vector);

    // Needs: a vector of that type and 0 <= start <= start + count <= length. Reads ALTREP vectors without materialising them.
    [LibraryImport(Library)]
    internal static partial nint REAL_GET_REGION(nint vector, nint start, nint count, double* buffer);

    [LibraryImport(Library)]
    internal static partial nint INTEGER_GET_REGION(nint vector, nint start, nint count, int* buffer);

    [LibraryImport(Library)]
    internal static partial nint LOGICAL_GET_REGION(nint vector, nint start, nint count, int* buffer);

    // Needs: a character vector or list of that type, an index inside. An ALTREP character vector allocates.
    [LibraryImport(Library)]
    internal static partial nint STRING_ELT(nint vector, nint index);

    [LibraryImport(Library)]
    internal static partial nint VECTOR_ELT(nint list, nint index);

    // Needs: a vector that was allocated here (never ALTREP), an index inside, a CHARSXP or a value.
    [LibraryImport(Library)]
    internal static partial void SET_STRING_ELT(nint vector, nint index, nint text);

    [LibraryImport(Library)]
    internal static partial nint SET_VECTOR_ELT(nint list, nint index, nint value);

    // Needs: a fresh list or vector, and names that are a character vector of the same length. Allocates.
    [LibraryImport(Library)]
    internal static partial nint Rf_setAttrib(nint value, nint symbol, nint attribute);

    // Keeps a value for the life of R. Allocates; only for the few that are never released.
    [LibraryImport(Library)]
    internal static partial void R_PreserveObject(nint value);

    // Allocates. Needs: a function pointer, a symbol as tag.
    [LibraryImport(Library)]
    internal static partial nint R_MakeExternalPtrFn(nint function, nint tag, nint protectedValue);

    // The value of a global variable of libR that holds a value, such as R_NilValue; set once R has started.
    internal static nint Constant(nint library, string name) => *(nint*)NativeLibrary.GetExport(library, name);
}

/// <summary>The type codes of R values.</summary>
internal static class RType
{
    internal const int Null = 0;
    internal const int Symbol = 1;
    internal const int Closure = 3;
    internal const int Environment = 4;
    internal const int Special = 7;
    internal const int Builtin = 8;
    internal const int Logical = 10;
    internal const int Integer = 13;
    internal const int Real = 14;
    internal const int Text = 16;
    internal const int List = 19;
}

/// <summary>The encodings that R marks strings with.</summary>
internal static class REncoding
{
    internal const int Native = 0;
    internal const int Utf8 = 1;
    internal const int Latin1 = 2;
    internal const int Bytes = 3;
}
