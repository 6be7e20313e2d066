using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using Xunit;

namespace MetaBridge.Native.Tests;

/// <summary>An exception that crosses an export ends the host process, so the guard around every export is tested by its code.</summary>
public sealed class GuardTests
{
    private static readonly MethodInfo[] Exports = typeof(Guard).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
        .Where(method => method.GetCustomAttribute<UnmanagedCallersOnlyAttribute>() is not null)
        .ToArray();

    public static TheoryData<string> EntryPoints()
    {
        var names = new TheoryData<string>();
        foreach (var export in Exports)
        {
            names.Add(EntryPoint(export));
        }

        return names;
    }

    [Fact]
    public void Exports_AreThoseOfTheHeader()
    {
        var header = File.ReadAllText(Repository.PathOf("src", "MetaBridge.Native", "include", "metabridge.h"));
        var declared = System.Text.RegularExpressions.Regex.Matches(header, @"^int (mb_\w+)\(", System.Text.RegularExpressions.RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).Order();
        Assert.Equal(declared, Exports.Select(EntryPoint).Order());
    }

    [Theory]
    [MemberData(nameof(EntryPoints))]
    public void Export_CallsOnlyTheGuard(string entryPoint)
    {
        var export = Exports.Single(method => EntryPoint(method) == entryPoint);
        var calls = CallsOf(export).Where(method => !method.IsConstructor).ToList();
        if (entryPoint == "mb_abi_version")
        {
            Assert.Empty(calls);
            return;
        }

        var only = Assert.Single(calls);
        Assert.Equal(typeof(Guard), only.DeclaringType);
        Assert.Equal(nameof(Guard.Run), only.Name);
    }

    [Fact]
    public unsafe void Run_TurnsEveryExceptionIntoAStatus()
    {
        var buffer = stackalloc byte[64];
        Assert.Equal(0, Guard.Run(buffer, 64, () => { }));
        Assert.Equal(901, Guard.Run(buffer, 64, () => throw new InvalidOperationException("τ² is lost")));
        Assert.Equal("InvalidOperationException: τ² is lost", Marshal.PtrToStringUTF8((nint)buffer));
        Assert.Equal(203, Guard.Run(buffer, 64, () => throw new OperationCanceledException()));
        Assert.Equal(109, Guard.Run(null, 0, () => throw new Errors.MetaBridgeException(Errors.ErrorCode.NonFiniteValue, "x")));
        Assert.Equal(901, Guard.Run(buffer, 64, () => Marshal.ReadByte((nint)0)));
    }

    [Fact]
    public unsafe void Write_CutsAtACharacterBorder()
    {
        var buffer = stackalloc byte[5];
        Utf8Text.Write("ab€", buffer, 5);
        Assert.Equal("ab", Marshal.PtrToStringUTF8((nint)buffer));
        Utf8Text.Write("abcdefgh", buffer, 5);
        Assert.Equal("abcd", Marshal.PtrToStringUTF8((nint)buffer));
    }

    private static string EntryPoint(MethodInfo method) => method.GetCustomAttribute<UnmanagedCallersOnlyAttribute>()!.EntryPoint!;

    /// <summary>Every method that a body calls, constructs or jumps to, read from its instructions.</summary>
    private static IEnumerable<MethodBase> CallsOf(MethodInfo method)
    {
        var code = method.GetMethodBody()!.GetILAsByteArray()!;
        for (var at = 0; at < code.Length;)
        {
            var instruction = code[at] == 0xFE ? TwoByte[code[at + 1]] : OneByte[code[at]];
            at += instruction.Size;
            if (instruction.OperandType == OperandType.InlineMethod && instruction != OpCodes.Ldftn)
            {
                yield return method.Module.ResolveMethod(BitConverter.ToInt32(code, at))!;
            }

            at += OperandSize(instruction.OperandType, code, at);
        }
    }

    private static int OperandSize(OperandType type, byte[] code, int at) => type switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
        _ => 4,
    };

    private static readonly Dictionary<byte, OpCode> OneByte = Codes(1);
    private static readonly Dictionary<byte, OpCode> TwoByte = Codes(2);

    private static Dictionary<byte, OpCode> Codes(int size) => typeof(OpCodes).GetFields(BindingFlags.Static | BindingFlags.Public)
        .Select(field => (OpCode)field.GetValue(null)!)
        .Where(code => code.Size == size)
        .ToDictionary(code => unchecked((byte)code.Value));
}
