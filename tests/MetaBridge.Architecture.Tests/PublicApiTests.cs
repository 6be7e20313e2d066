using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using MetaBridge.Errors;
using MetaBridge.Specs;

namespace MetaBridge.Architecture.Tests;

/// <summary>What holds for everything public.</summary>
public sealed class PublicApiTests
{
    /// <summary>Classes that others derive from, with the reason.</summary>
    private static readonly Dictionary<string, string> OpenClasses = new()
    {
        ["MetaBridgeException"] = "Errors of R derive from it, so that one catch sees all.",
        ["RException"] = "Interrupts and parse errors of R are kinds of it.",
        ["RHandle"] = "Every kind of R value is a handle.",
        ["GenericVector"] = "A data frame is an R list.",
    };

    private static readonly string[] Libraries = ["MetaBridge", "MetaBridge.RInterop", "MetaBridge.Plots"];

    public static TheoryData<string> Assemblies => [.. Libraries];

    [Fact]
    public void Vocabulary_EveryValue_HasAKeyword()
    {
        var enums = typeof(ModelSpec).Assembly.GetExportedTypes().Where(type => type.IsEnum && type.Namespace == typeof(ModelSpec).Namespace).ToArray();

        Assert.NotEmpty(enums);
        Assert.Empty(enums.SelectMany(Without<KeywordAttribute>));
    }

    [Fact]
    public void ErrorCodes_EveryValue_HasAnExplanation()
    {
        Assert.Empty(Without<ExplainAttribute>(typeof(ErrorCode)));
        Assert.All(Enum.GetValues<ErrorCode>(), code => Assert.NotEmpty(code.Explain().Remedy));
    }

    [Fact]
    public void Without_ValueThatLacksTheAttribute_IsFound() =>
        Assert.Equal(["Half.Without"], Without<KeywordAttribute>(typeof(Half)));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Class_Public_IsSealedOrMadeToDeriveFrom(string assembly) =>
        Assert.Empty(Open(Assembly.Load(assembly).GetExportedTypes()).Except(OpenClasses.Keys));

    [Fact]
    public void Open_UnsealedClass_IsFound() => Assert.Equal(["List`1"], Open([typeof(List<int>), typeof(string), typeof(Stream)]));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Result_PublicRecord_IsImmutable(string assembly) =>
        Assert.Empty(Assembly.Load(assembly).GetExportedTypes().Where(IsRecord).SelectMany(Settable));

    [Fact]
    public void Settable_PropertyOfARecord_IsFound() => Assert.Equal(["Changing.Open"], Settable(typeof(Changing)));

    [Theory]
    [MemberData(nameof(Assemblies))]
    public void Documentation_OfEverythingPublic_IsWritten(string assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, assembly + ".xml");
        Assert.True(File.Exists(file), $"{assembly} is built without a documentation file.");

        Assert.Empty(Undocumented(Assembly.Load(assembly).GetExportedTypes(), Documented(XDocument.Load(file))));
    }

    [Fact]
    public void Undocumented_TypeWithoutAnEntry_IsFound() => Assert.Equal(
        ["T:System.DayOfWeek", "F:System.DayOfWeek.Monday"],
        Undocumented([typeof(DayOfWeek)], [.. Enum.GetNames<DayOfWeek>().Where(name => name != "Monday").Select(name => $"F:System.DayOfWeek.{name}")]));

    private static IEnumerable<string> Without<T>(Type type)
        where T : Attribute => type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.GetCustomAttribute<T>() is null).Select(field => $"{type.Name}.{field.Name}");

    private static IEnumerable<string> Open(IEnumerable<Type> types) =>
        types.Where(type => type.IsClass && !type.IsSealed && !type.IsAbstract).Select(type => type.Name);

    private static IEnumerable<string> Settable(Type record) => record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.SetMethod is { IsPublic: true } setter
            && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)))
        .Select(property => $"{record.Name}.{property.Name}");

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static HashSet<string> Documented(XDocument file) =>
        [.. file.Descendants("member").Attributes("name").Select(name => name.Value.Split('(')[0])];

    private static IEnumerable<string> Undocumented(IEnumerable<Type> types, HashSet<string> documented) =>
        types.SelectMany(Entries).Where(entry => !documented.Contains(entry));

    // Positional members of records are documented as parameters of the type, so only the type, enumeration values and methods are asked for.
    private static IEnumerable<string> Entries(Type type)
    {
        var name = type.FullName!.Replace('+', '.');
        yield return "T:" + name;
        foreach (var value in type.IsEnum ? Enum.GetNames(type) : [])
        {
            yield return $"F:{name}.{value}";
        }

        foreach (var method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
        {
            if (!method.IsSpecialName && method.GetCustomAttribute<CompilerGeneratedAttribute>() is null && !type.IsSubclassOf(typeof(Delegate)))
            {
                var arity = method.IsGenericMethod ? $"``{method.GetGenericArguments().Length}" : "";
                yield return $"M:{name}.{method.Name}{arity}";
            }
        }
    }

    private enum Half
    {
        [Keyword("with", "has one")]
        With,
        Without,
    }

    private sealed record Changing
    {
        public int Open { get; set; }

        public int Fixed { get; init; }
    }
}
