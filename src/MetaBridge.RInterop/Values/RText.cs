using System.Globalization;
using System.Text;

namespace MetaBridge.RInterop.Values;

/// <summary>Decodes R's strings, each marked with its encoding.</summary>
internal static class RText
{
    private const byte FirstWindows = 0x80; // where R reads "latin1" as Windows-1252, which has letters for control codes
    private const string Windows1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

    internal static string Latin1(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
        {
            text.Append(b is >= FirstWindows and < 0xA0 ? Windows1252[b - FirstWindows] : (char)b);
        }

        return text.ToString();
    }

    /// <summary>Bytes without an encoding, in the escapes that R prints them with.</summary>
    internal static string Bytes(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
        {
            _ = b < FirstWindows ? text.Append((char)b) : text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
        }

        return text.ToString();
    }
}
