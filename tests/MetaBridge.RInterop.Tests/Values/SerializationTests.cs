using MetaBridge.Errors;
using MetaBridge.RInterop.Tests.Support;
using MetaBridge.RInterop.Values;
using Xunit;

namespace MetaBridge.RInterop.Tests.Values;

/// <summary>R's serialization, without R.</summary>
public class SerializationTests
{
    // serialize(c(a = 1.5, b = NA), NULL, xdr = FALSE, version = 2) of R 4.2.2, as bitwAnd would print it.
    private const string NamedDoubles =
        "420a020000000202040000030200 0e020000 02000000 000000000000f83f a20700000000f07f 02040000 01000000 09000400 05000000 6e616d6573 " +
        "10000000 02000000 09000400 01000000 61 09000400 01000000 62 fe000000";

    [Fact]
    public void Read_OfRsOwnBytes_GivesTheValue()
    {
        var value = RSerialization.Read(Convert.FromHexString(NamedDoubles.Replace(" ", "", StringComparison.Ordinal)));
        Assert.True(RValues.Same(new RDoubleVector([1.5, Data.Na.Real]).With("names", RValues.Text("a", "b")), value));
    }

    [Fact]
    public void Read_OfEveryPrefix_IsAnErrorAndNoCrash()
    {
        var bytes = Convert.FromHexString(NamedDoubles.Replace(" ", "", StringComparison.Ordinal));
        for (var length = 0; length < bytes.Length; length++)
        {
            var error = Assert.Throws<MetaBridgeException>(() => RSerialization.Read(bytes.AsMemory(0, length)));
            Assert.Equal(ErrorCode.RProcessLost, error.Code);
        }
    }

    [Fact]
    public void WriteThenRead_OfRepeatedAttributes_UsesReferences()
    {
        var one = new RDoubleVector([1]).With("names", RValues.Text("é"));
        var value = new RList([one, one, new RList([one])]).With("names", RValues.Text("x", null, ""));
        Assert.True(RValues.Same(value, RSerialization.Read(RSerialization.Write(value))));
    }

    [Theory]
    [InlineData(new byte[] { 0x63, 0xE9 }, "cé")]
    [InlineData(new byte[] { 0x80, 0x99 }, "€™")]
    public void Latin1_IsReadAsRReadsIt(byte[] bytes, string expected) => Assert.Equal(expected, RText.Latin1(bytes));
}
