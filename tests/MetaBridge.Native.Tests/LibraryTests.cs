using Xunit;

namespace MetaBridge.Native.Tests;

/// <summary>The published library, used by a C program through the header, as any host would.</summary>
public sealed class LibraryTests
{
    [Fact]
    public void Library_ServesACProgram()
    {
        var work = Directory.CreateTempSubdirectory("metabridge-native-").FullName;
        try
        {
            var library = Publish(work);
            var program = Path.Combine(work, "program");
            Succeed("gcc", work, "-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic",
                "-I", Repository.PathOf("src", "MetaBridge.Native", "include"),
                Repository.PathOf("tests", "MetaBridge.Native.Tests", "c", "program.c"), "-o", program,
                library, $"-Wl,-rpath,{Path.GetDirectoryName(library)}", "-lm");
            var output = Succeed(program, work);
            Assert.EndsWith("all checks passed\n", output);
        }
        finally
        {
            Directory.Delete(work, recursive: true);
        }
    }

    [Fact]
    public void Header_IsTheOneOfTheRPackage() => Assert.Equal(
        File.ReadAllText(Repository.PathOf("src", "MetaBridge.Native", "include", "metabridge.h")),
        File.ReadAllText(Repository.PathOf("r-scripts", "metabridge", "src", "metabridge.h")));

    [Fact]
    public void Header_HasTheVersionOfTheLibrary() => Assert.Contains(
        FormattableString.Invariant($"#define MB_ABI_VERSION {Abi.Version}\n"),
        File.ReadAllText(Repository.PathOf("src", "MetaBridge.Native", "include", "metabridge.h")));

    [Fact]
    public void Sources_UseNeitherConsoleNorProcess()
    {
        // Both start threads or change signal handling, which the host process owns.
        foreach (var file in Directory.EnumerateFiles(Repository.PathOf("src", "MetaBridge.Native"), "*.cs", SearchOption.TopDirectoryOnly))
        {
            var text = File.ReadAllText(file);
            Assert.DoesNotContain("Console.", text);
            Assert.DoesNotContain("Process.", text);
        }
    }

    private static string Publish(string work)
    {
        // METABRIDGE_LIB saves the build where the library was just built.
        if (Environment.GetEnvironmentVariable("METABRIDGE_LIB") is { Length: > 0 } prebuilt)
        {
            var copy = Path.Combine(work, "libmetabridge.so");
            File.Copy(prebuilt, copy);
            return copy;
        }

        var output = Path.Combine(work, "publish");
        Succeed("dotnet", Repository.Root, "publish", Repository.PathOf("src", "MetaBridge.Native"), "-c", "Release", "-o", output, "-v", "q", "--nologo");
        return Path.Combine(output, "libmetabridge.so");
    }

    private static string Succeed(string program, string folder, params string[] arguments)
    {
        var (exitCode, output) = Repository.Run(program, folder, arguments);
        Assert.True(exitCode == 0, $"{program} ended with {exitCode}:\n{output}");
        return output;
    }
}
