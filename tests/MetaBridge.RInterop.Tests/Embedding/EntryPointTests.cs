using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using MetaBridge.RInterop.Embedding;
using Xunit;

namespace MetaBridge.RInterop.Tests.Embedding;

/// <summary>Rules about how libR is called, held against the source and the compiled binding.</summary>
public partial class EntryPointTests
{
    private const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    // Entry points that end the process over ordinary input, and what the binding uses instead.
    private static readonly string[] Forbidden = ["R_ParseVector", "Rf_eval", "Rf_initEmbeddedR", "Rf_error", "R_ToplevelExec", "R_tryEval"];

    [Fact]
    public void SuppressGCTransition_IsNotUsed()
    {
        // R reports an error through its console, which is managed code: entering it from such a call is fatal.
        var used = typeof(RNative).Assembly.GetTypes().SelectMany(type => type.GetMethods(All))
            .Where(method => method.IsDefined(typeof(SuppressGCTransitionAttribute)))
            .Select(method => method.Name);
        Assert.Empty(used);
        var files = Directory.GetFiles(SourceFolder(AppContext.BaseDirectory), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.DoesNotContain(files, file => Suppression().IsMatch(File.ReadAllText(file)));
    }

    [Fact]
    public void FatalEntryPoints_AreNotBound()
    {
        var bound = typeof(RNative).GetMethods(All).Select(method => method.Name).ToHashSet();
        Assert.Contains("R_tryEvalSilent", bound);
        Assert.DoesNotContain(Forbidden, bound.Contains);
    }

    // As an attribute or as a calling convention of a function pointer; its name in a comment is fine.
    [GeneratedRegex(@"\[\s*SuppressGCTransition|unmanaged\s*\[[^\]]*SuppressGCTransition")]
    private static partial Regex Suppression();

    private static string SourceFolder(string folder) => File.Exists(Path.Combine(folder, "MetaBridge.sln"))
        ? Path.Combine(folder, "src", "MetaBridge.RInterop")
        : SourceFolder(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("MetaBridge.sln is not above the tests."));
}
