using System.Text;
using MetaBridge.Errors;

namespace MetaBridge.RInterop.Values;

/// <summary>What may go to R: checked in managed code, since R would end the process over some of it.</summary>
internal static class RValueLimits
{
    /// <summary>Deepest nesting of lists and attributes that is converted.</summary>
    internal const int MaxDepth = 1000;

    private const int MaxNameBytes = 10_000; // R refuses longer symbols

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The UTF-8 bytes of a text for R.</summary>
    /// <exception cref="MetaBridgeException"><see cref="ErrorCode.RConversionFailed"/> for a zero character or half a surrogate pair.</exception>
    internal static byte[] Utf8(string text)
    {
        if (text.Contains('\0', StringComparison.Ordinal))
        {
            throw Failed($"The text '{text.Replace("\0", "\\0", StringComparison.Ordinal)}' has a zero character, which no R string can hold.");
        }

        try
        {
            return Strict.GetBytes(text);
        }
        catch (EncoderFallbackException exception)
        {
            throw Failed($"The text has half a surrogate pair at position {exception.Index + 1}, which is not valid Unicode.");
        }
    }

    /// <summary>The UTF-8 bytes of a variable's name, with a final zero.</summary>
    internal static byte[] Name(string name)
    {
        var bytes = Utf8(name);
        if (bytes.Length is 0 or > MaxNameBytes)
        {
            throw Failed($"A name in R has 1 to {MaxNameBytes} bytes, this one {bytes.Length}.");
        }

        Array.Resize(ref bytes, bytes.Length + 1);
        return bytes;
    }

    /// <summary>Checks the depth of nesting, and attributes that R relies on.</summary>
    internal static void Verify(RValue value, int depth = 0)
    {
        if (depth > MaxDepth)
        {
            throw TooDeep();
        }

        if (value is ROpaque opaque)
        {
            throw Failed($"A {opaque.TypeName} of R is known here only by its text and cannot be sent back.");
        }

        if (value is RList list)
        {
            Array.ForEach(list.Values, item => Verify(item, depth + 1));
        }

        foreach (var (name, attribute) in value.Attributes)
        {
            _ = Name(name);
            Verify(attribute, depth + 1);
        }

        VerifyShape(value);
    }

    internal static MetaBridgeException TooDeep() => Failed($"The value is nested more than {MaxDepth} levels deep.");

    internal static MetaBridgeException Failed(string message) => new(ErrorCode.RConversionFailed, message);

    private static void VerifyShape(RValue value)
    {
        if (value.Attributes.GetValueOrDefault("names") is { } names && (names is not RStringVector || names.Length != value.Length))
        {
            throw Failed($"The value has {value.Length} elements, its names are {names.GetType().Name} of length {names.Length}.");
        }

        if (value.Attributes.GetValueOrDefault("dim") is { } dim &&
            (dim is not RIntegerVector sizes || sizes.Values.Aggregate(1L, (a, b) => a * b) != value.Length))
        {
            throw Failed($"The value has {value.Length} elements, which does not fit its dim attribute.");
        }

        if (value.Class.Contains("factor"))
        {
            VerifyFactor(value);
        }
    }

    private static void VerifyFactor(RValue value)
    {
        var levels = value.Attributes.GetValueOrDefault("levels") is RStringVector text ? text.Length : -1;
        if (value is not RIntegerVector codes || levels < 0)
        {
            throw Failed("A factor is an integer vector with levels.");
        }

        foreach (var code in codes.Values)
        {
            if (code != Data.Na.Integer && (code < 1 || code > levels))
            {
                throw Failed($"A factor has code {code}, but only {levels} levels.");
            }
        }
    }
}
