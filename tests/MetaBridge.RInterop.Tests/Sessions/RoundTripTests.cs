using FsCheck;
using FsCheck.Fluent;
using MetaBridge.Data;
using MetaBridge.Errors;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Tests.Support;
using MetaBridge.RInterop.Values;
using Xunit;
using static MetaBridge.RInterop.Tests.Support.RValues;

namespace MetaBridge.RInterop.Tests.Sessions;

/// <summary>Values go to R and come back the same to the last bit, in both kinds of session.</summary>
public class RoundTripTests
{
    private static readonly RValue Factor = new RIntegerVector([1, 2, Na.Integer, 2])
        .With("levels", Text("low", "h\u00f6h")).With("class", Text("factor"));

    private static readonly RValue Frame = new RList([new RIntegerVector([1, 2]), Text("中", null)])
        .With("names", Text("x", "y")).With("class", Text("escalc", "data.frame"))
        .With("row.names", Text("a", "b"));

    public static TheoryData<RSessionMode, string> Values
    {
        get
        {
            var data = new TheoryData<RSessionMode, string>();
            foreach (var name in Named.Keys)
            {
                data.Add(RSessionMode.InProcess, name);
                data.Add(RSessionMode.ChildProcess, name);
            }

            return data;
        }
    }

    public static TheoryData<RSessionMode> Modes => SharedSessions.Modes;

    private static Dictionary<string, RValue> Named => new()
    {
        ["NULL"] = RNull.Value,
        ["empty double"] = new RDoubleVector([]),
        ["empty integer"] = new RIntegerVector([]),
        ["empty logical"] = new RLogicalVector([]),
        ["empty character"] = new RStringVector([]),
        ["empty list"] = new RList([]),
        ["doubles"] = new RDoubleVector([0.1, -0.0, double.NaN, Na.Real, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon]),
        ["integers"] = new RIntegerVector([1, -1, int.MaxValue, Na.Integer]),
        ["logicals"] = new RLogicalVector([true, null, false]),
        ["all missing logicals"] = new RLogicalVector([null, null]),
        ["texts"] = Text("", "a", null, "NA", "é", "中文", "😀", "tab\t", "quote\"", "back\\slash"),
        ["names"] = new RDoubleVector([1, 2]).With("names", Text("a", null)),
        ["matrix"] = new RIntegerVector([1, 2, 3, 4, 5, 6]).With("dim", new RIntegerVector([2, 3]))
            .With("dimnames", new RList([RNull.Value, Text("a", "b", "c")])),
        ["factor"] = Factor,
        ["ordered"] = Factor.With("class", Text("ordered", "factor")),
        ["data frame"] = Frame,
        ["data frame without rows"] = new RList([new RDoubleVector([]), Text()])
            .With("names", Text("x", "y")).With("class", Text("data.frame")).With("row.names", new RIntegerVector([])),
        ["nested lists"] = new RList([new RList([Frame, new RList([RNull.Value, Factor])]).With("names", Text("p", "q")), Text("z")]),
        ["attribute with an attribute"] = new RDoubleVector([1]).With("note", Text("n").With("names", Text("deep"))),
        ["long"] = new RDoubleVector([.. Enumerable.Range(0, 3_000_000).Select(i => i / 7.0)]), // more than is allocated directly
    };

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Value_ComesBackTheSame(RSessionMode mode, string name)
    {
        var value = Named[name];
        var result = await SharedSessions.Of(mode).EvaluateAsync("x", new Dictionary<string, RValue> { ["x"] = value });
        Assert.True(Same(value, result.Value), name);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task RandomBits_ComeBackTheSame(RSessionMode mode)
    {
        const int Count = 100_000;
        var random = new Random(20240117);
        var values = new double[Count];
        for (var i = 0; i < Count; i++)
        {
            values[i] = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
        }

        var result = await SharedSessions.Of(mode).EvaluateAsync(
            "x", new Dictionary<string, RValue> { ["x"] = new RDoubleVector(values) });
        Assert.True(Same(new RDoubleVector(values), result.Value));
    }

    [Fact]
    public void AnyText_ComesBackTheSame() => Prop.ForAll<string?[]>(texts =>
    {
        var isValid = texts.All(text => text is null || IsUnicode(text));
        var value = new RStringVector(texts);
        var variables = new Dictionary<string, RValue> { ["x"] = value };
        if (!isValid)
        {
            var error = Assert.Throws<MetaBridgeException>(
                () => SharedSessions.Of(RSessionMode.InProcess).EvaluateAsync("x", variables).GetAwaiter().GetResult());
            return error.Code == ErrorCode.RConversionFailed;
        }

        return new[] { RSessionMode.InProcess, RSessionMode.ChildProcess }.All(mode =>
            Same(value, SharedSessions.Of(mode).EvaluateAsync("x", variables).GetAwaiter().GetResult().Value));
    }).QuickCheckThrowOnFailure();

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task RSeesTheSameValues(RSessionMode mode)
    {
        var variables = new Dictionary<string, RValue>
        {
            ["d"] = new RDoubleVector([Na.Real, double.NaN, 1]),
            ["l"] = new RLogicalVector([true, null, false]),
            ["s"] = Text("é", null, "NA"),
            ["f"] = Factor,
            ["frame"] = Frame,
        };
        var result = await SharedSessions.Of(mode).EvaluateAsync(
            "c(identical(is.na(d) & !is.nan(d), c(TRUE, FALSE, FALSE)), identical(l, c(TRUE, NA, FALSE)), " +
            "identical(s, c('\\u00e9', NA, 'NA')), nchar(s[1]) == 1, toupper(s[1]) == '\\u00c9', is.factor(f), " +
            "identical(levels(f), c('low', 'h\\u00f6h')), inherits(frame, 'escalc'), identical(dim(frame), c(2L, 2L)), " +
            "identical(rownames(frame), c('a', 'b')))",
            variables);
        Assert.All(((RLogicalVector)result.Value).Values, same => Assert.True(same));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task ValuesWithoutCounterpart_KeepTypeAndText(RSessionMode mode)
    {
        var result = await SharedSessions.Of(mode).EvaluateAsync(
            "list(sum, quote(x), quote(f(x)), y ~ x, new.env(), 1i, as.raw(1), function(a) a + 1, expression(b))");
        var opaque = ((RList)result.Value).Values.Cast<ROpaque>().ToArray();
        Assert.Equal(
            ["builtin", "symbol", "language", "language", "environment", "complex", "raw", "closure", "expression"],
            opaque.Select(value => value.TypeName));
        Assert.Equal(
            [".Primitive(\"sum\")", "x", "f(x)", "y ~ x", "<environment>", "0+1i", "as.raw(0x01)"],
            opaque.Take(7).Select(value => value.Text));
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task BothSessions_GiveTheSame(RSessionMode mode)
    {
        const string Code =
            "list(1:3, c(a = 1), letters, data.frame(x = 1:2, f = factor(c('u', NA))), matrix(1:4, 2), as.Date('2020-01-02'), " +
            "structure(list(1), class = 'fit', terms = y ~ x), array(0, c(1, 2, 2)), table(c('a', 'b')), NULL)";
        var here = await SharedSessions.Of(RSessionMode.InProcess).EvaluateAsync(Code);
        var there = await SharedSessions.Of(mode).EvaluateAsync(Code);
        var pairs = ((RList)here.Value).Values.Zip(((RList)there.Value).Values).ToArray();
        for (var i = 0; i < pairs.Length; i++)
        {
            Assert.True(Same(pairs[i].First, pairs[i].Second), $"element {i + 1}");
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Variables_LiveInAFreshEnvironment(RSessionMode mode)
    {
        var session = SharedSessions.Of(mode);
        _ = await session.EvaluateAsync("mine <- 1", new Dictionary<string, RValue> { ["given"] = new RDoubleVector([1]) });
        var left = await session.EvaluateAsync("c(exists('mine'), exists('given'))");
        Assert.Equal([false, false], ((RLogicalVector)left.Value).Values);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Visibility_IsReported(RSessionMode mode)
    {
        Assert.True((await SharedSessions.Of(mode).EvaluateAsync("1")).IsVisible);
        Assert.False((await SharedSessions.Of(mode).EvaluateAsync("invisible(1)")).IsVisible);
        Assert.False((await SharedSessions.Of(mode).EvaluateAsync("x <- 1")).IsVisible);
        Assert.IsType<RNull>((await SharedSessions.Of(mode).EvaluateAsync("")).Value);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task BadInput_IsRefusedBeforeR(RSessionMode mode)
    {
        RValue deep = new RList([]);
        for (var i = 0; i < 1100; i++)
        {
            deep = new RList([deep]);
        }

        RValue[] bad =
        [
            Text("a\0b"), Text("\ud800"), new RDoubleVector([1]).With("names", Text("a", "b")),
            new RDoubleVector([1, 2]).With("dim", new RIntegerVector([3, 3])), Text("a").With("class", Text("factor")),
            new RIntegerVector([3]).With("levels", Text("a")).With("class", Text("factor")), new ROpaque("closure", "f"), deep,
        ];
        foreach (var value in bad)
        {
            var error = await Assert.ThrowsAsync<MetaBridgeException>(
                () => SharedSessions.Of(mode).EvaluateAsync("x", new Dictionary<string, RValue> { ["x"] = value }));
            Assert.Equal(ErrorCode.RConversionFailed, error.Code);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task BadNames_AreRefusedBeforeR(RSessionMode mode)
    {
        foreach (var name in new[] { "", "a\0", new string('n', 10_001) })
        {
            var error = await Assert.ThrowsAsync<MetaBridgeException>(
                () => SharedSessions.Of(mode).EvaluateAsync("1", new Dictionary<string, RValue> { [name] = RNull.Value }));
            Assert.Equal(ErrorCode.RConversionFailed, error.Code);
        }
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task TooDeepResult_IsAnError(RSessionMode mode) =>
        await Assert.ThrowsAnyAsync<MetaBridgeException>(
            () => SharedSessions.Of(mode).EvaluateAsync("x <- list(); for (i in 1:1100) x <- list(x); x"));

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task Latin1String_ComesAsUnicode(RSessionMode mode) => Assert.Equal(
        "\u00e9\u20ac",
        ((RStringVector)(await SharedSessions.Of(mode).EvaluateAsync("x <- '\\xe9\\x80'; Encoding(x) <- 'latin1'; x")).Value).Values[0]);

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task BytesString_ComesAsEscapes(RSessionMode mode) => Assert.Equal(
        "a\\xff",
        ((RStringVector)(await SharedSessions.Of(mode).EvaluateAsync("x <- 'a\\xff'; Encoding(x) <- 'bytes'; x")).Value).Values[0]);

    private static bool IsUnicode(string text)
    {
        var rest = text.AsSpan();
        while (System.Text.Rune.DecodeFromUtf16(rest, out var rune, out var used) is var status && rest.Length > 0)
        {
            if (status != System.Buffers.OperationStatus.Done || rune.Value == 0)
            {
                return false;
            }

            rest = rest[used..];
        }

        return true;
    }
}
