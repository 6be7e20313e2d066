using System.Reflection;
using System.Xml.Linq;

namespace MetaBridge.Architecture.Tests;

/// <summary>Which assembly may know which, and that versions stand in one place.</summary>
public sealed class ProjectTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["MetaBridge"] = [],
        ["MetaBridge.RInterop"] = ["MetaBridge"],
        ["MetaBridge.Plots"] = ["MetaBridge"],
        ["MetaBridge.Native"] = ["MetaBridge"],
        ["MetaBridge.Cli"] = ["MetaBridge", "MetaBridge.RInterop", "MetaBridge.Plots"],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["MetaBridge"] = ["MathNet.Numerics"],
        ["MetaBridge.RInterop"] = [],
        ["MetaBridge.Plots"] = [],
        ["MetaBridge.Native"] = [],
        ["MetaBridge.Cli"] = ["System.CommandLine"],
    };

    // The command is called metabridge, and so may its assembly be.
    private static readonly string[] CommandNames = ["metabridge", "MetaBridge.Cli"];

    public static TheoryData<string> Projects => [.. Repository.Files("src", "*.csproj")];

    [Fact]
    public void Projects_OfTheRepository_AreTheKnownOnes() =>
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), Repository.Files("src", "*.csproj").Select(Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void ProjectFile_OfARoom_ReferencesOnlyWhatItMayKnow(string path) => Assert.Empty(Violations(Name(path), Load(path)));

    [Fact]
    public void Violations_OfAWrongProject_AreFound()
    {
        var project = XDocument.Parse(
            """
            <Project><ItemGroup>
              <ProjectReference Include="../MetaBridge.RInterop/MetaBridge.RInterop.csproj" />
              <PackageReference Include="Newtonsoft.Json" />
            </ItemGroup></Project>
            """);

        Assert.Equal(["MetaBridge.RInterop", "Newtonsoft.Json"], Violations("MetaBridge", project));
    }

    [Theory]
    [InlineData("MetaBridge", "MathNet.Numerics")]
    [InlineData("MetaBridge.RInterop", "MetaBridge")]
    [InlineData("MetaBridge.Plots", "MetaBridge")]
    [InlineData("MetaBridge.Cli", "MetaBridge", "MetaBridge.RInterop", "MetaBridge.Plots", "System.CommandLine")]
    public void Assembly_AsBuilt_ReferencesOnlyWhatItMayKnow(string name, params string[] allowed)
    {
        var assembly = LoadAssembly(name);

        var others = assembly.GetReferencedAssemblies().Select(reference => reference.Name!)
            .Where(reference => !IsFramework(reference) && !allowed.Contains(reference));

        Assert.Empty(others);
    }

    [Fact]
    public void ProjectFiles_Everywhere_LeaveVersionsToTheCentralFile()
    {
        var pinned = Repository.Files("src", "*.csproj").Concat(Repository.Files("tests", "*.csproj"))
            .Where(path => HasVersion(Load(path)));

        Assert.Empty(pinned);
    }

    [Fact]
    public void HasVersion_OfAPinnedPackage_IsTrue() => Assert.True(HasVersion(XDocument.Parse(
        "<Project><ItemGroup><PackageReference Include=\"xunit\" Version=\"2.9.3\" /></ItemGroup></Project>")));

    [Fact]
    public void Core_Project_IsCheckedForAheadOfTimeUse() => Assert.Equal(
        "true", Load("src/MetaBridge/MetaBridge.csproj").Descendants("IsAotCompatible").Single().Value);

    private static IEnumerable<string> Violations(string name, XDocument project)
    {
        var projects = Includes(project, "ProjectReference").Select(Name).Except(Allowed[name]);
        var packages = Includes(project, "PackageReference").Except(AllowedPackages[name]);
        return projects.Concat(packages);
    }

    private static IEnumerable<string> Includes(XDocument project, string element) =>
        project.Descendants(element).Attributes("Include").Select(attribute => attribute.Value);

    private static bool HasVersion(XDocument project) => project.Descendants("PackageReference")
        .Any(reference => reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null || reference.Element("Version") is not null);

    private static XDocument Load(string path) => XDocument.Load(Path.Combine(Repository.Root, path));

    private static Assembly LoadAssembly(string name)
    {
        var file = name == "MetaBridge.Cli" ? CommandNames.First(known => File.Exists(Library(known))) : name;
        return Assembly.LoadFrom(Library(file));
    }

    private static string Library(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path.Replace('\\', '/').Split('/')[^1]);

    /// <summary>Whether the assembly comes with the runtime, that is, lies beside its core library.</summary>
    private static bool IsFramework(string name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));

    [Fact]
    public void IsFramework_OfAPackage_IsFalse() => Assert.False(IsFramework("System.CommandLine"));

    [Fact]
    public void IsFramework_OfTheRuntimesOwn_IsTrue() => Assert.True(IsFramework("Microsoft.Win32.Primitives"));
}
