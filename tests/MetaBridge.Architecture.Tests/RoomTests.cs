using System.Text.RegularExpressions;

namespace MetaBridge.Architecture.Tests;

/// <summary>Which room of the core may know which. A room is a namespace right below <c>MetaBridge</c>; the front door is that one itself.</summary>
public sealed partial class RoomTests
{
    private const string FrontDoor = "(front door)";

    private static readonly string[] Ground = ["Errors", "Numerics", "Data", "Specs"];

    private static readonly string[] Families =
        ["Univariate", "Stratified", "Multilevel", "Glmm", "LocationScale", "Selection", "Bayes"];

    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Errors"] = [],
        ["Numerics"] = [],
        ["Data"] = ["Errors", "Numerics"],
        ["Specs"] = ["Errors", "Data"],
        ["EffectSizes"] = Ground,
        ["Inference"] = [.. Ground, "Univariate"],
        ["Diagnostics"] = [.. Ground, "Inference", .. Families, FrontDoor],
        ["IndividualData"] = [.. Ground, "EffectSizes", "Inference", "Univariate", "Multilevel", FrontDoor],
        ["Reporting"] = [.. Ground, "Agreement", "Inference", .. Families, FrontDoor],
        ["Agreement"] = [.. Ground, "Univariate", FrontDoor],
        ["Univariate"] = FamilyMayKnow("Univariate"),
        ["Stratified"] = FamilyMayKnow("Stratified"),
        ["Multilevel"] = FamilyMayKnow("Multilevel"),
        ["Glmm"] = FamilyMayKnow("Glmm"),
        ["LocationScale"] = FamilyMayKnow("LocationScale"),
        ["Selection"] = FamilyMayKnow("Selection"),
        ["Bayes"] = FamilyMayKnow("Bayes"),
        [FrontDoor] = [.. Ground, "Agreement", "EffectSizes", "Inference", "IndividualData", .. Families],
    };

    /// <summary>The circles there are, each with its reason. Both directions stand in the table above.</summary>
    private static readonly Dictionary<(string, string), string> KnownCircles = new()
    {
        [("(front door)", "Univariate")] = "The front door calls every family; a family returns a FitResult and takes FitOptions.",
        [("(front door)", "Bayes")] = "As with Univariate.",
        [("(front door)", "Multilevel")] = "As for Univariate.",
        [("(front door)", "Stratified")] = "As with Univariate.",
        [("(front door)", "IndividualData")] = "As with Univariate; its second stage and its bivariate model go through the front door.",
        [("(front door)", "Agreement")] = "A FitResult lists its Quantities; the comparison runs fits.",
        [("Agreement", "Univariate")] = "A fit names the tolerance class of its numbers; the comparison explains misses of τ² by looking at the fit.",
        [("Inference", "Univariate")] = "Coefficient tables and test results are parts of the univariate result, the one family so far.",
    };

    private static readonly Dictionary<string, Dictionary<string, List<string>>> Knowledge = Scan();

    public static TheoryData<string> Rooms => [.. Knowledge.Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Room_OfTheCore_KnowsOnlyWhatItMay(string room)
    {
        Assert.True(Allowed.ContainsKey(room), $"{room} is a new room: say in this test and in docs/architecture.md what it may know.");

        Assert.Empty(Forbidden(room, Knowledge[room].Keys).Select(other => $"{room} → {other}: {string.Join(", ", Knowledge[room][other].Take(3))}"));
    }

    [Fact]
    public void Rooms_InPairs_KnowEachOtherOnlyAsListed()
    {
        var circles = Circles(Knowledge.ToDictionary(pair => pair.Key, pair => pair.Value.Keys.ToArray()));

        Assert.Empty(circles.Except(KnownCircles.Keys));
    }

    [Fact]
    public void Forbidden_FamilyThatKnowsAnotherFamily_IsFound()
    {
        Assert.Equal(["Glmm"], Forbidden("Bayes", ["Data", "Univariate", "Glmm"]));
        Assert.Equal(["Errors"], Forbidden("Numerics", ["Errors"]));
    }

    [Fact]
    public void Circles_OfTwoRooms_AreFound() => Assert.Equal(
        [("Data", "Specs")],
        Circles(new() { ["Data"] = ["Specs", "Errors"], ["Specs"] = ["Data"], ["Errors"] = [] }));

    [Fact]
    public void Scanner_OfThisAssembly_SeesShapeAndCode()
    {
        Assert.Contains(typeof(Uri), KnowledgeScanner.KnownTo(typeof(Sample)));
        Assert.Contains(typeof(Version), KnowledgeScanner.KnownTo(typeof(Sample)));
        Assert.Contains(typeof(ObsoleteAttribute), KnowledgeScanner.KnownTo(typeof(Sample)));
        Assert.DoesNotContain(typeof(Guid), KnowledgeScanner.KnownTo(typeof(Sample)));
    }

    [Fact]
    public void Scan_OfTheCore_SeesWhatIsThere()
    {
        Assert.Contains("Specs", Knowledge["Univariate"].Keys);
        Assert.Contains("Univariate", Knowledge[FrontDoor].Keys);
    }

    private static string[] FamilyMayKnow(string family)
    {
        string[] known = [.. Ground, "Agreement", "EffectSizes", "Inference", FrontDoor];
        return family == "Univariate" ? known : [.. known, "Univariate"];
    }

    private static IEnumerable<string> Forbidden(string room, IEnumerable<string> known) => known.Except(Allowed[room]);

    private static IEnumerable<(string, string)> Circles(Dictionary<string, string[]> knowledge) =>
        from room in knowledge.Keys
        from other in knowledge[room]
        where string.CompareOrdinal(room, other) < 0 && knowledge.GetValueOrDefault(other, []).Contains(room)
        select (room, other);

    // Compiled code keeps no trace of an enumeration value or a constant, so the using directives of the source are read as well.
    private static Dictionary<string, Dictionary<string, List<string>>> Scan()
    {
        var found = new Dictionary<string, Dictionary<string, List<string>>>();
        foreach (var type in typeof(MetaAnalysis).Assembly.GetTypes().Where(type => Room(type) is not null))
        {
            foreach (var known in KnowledgeScanner.KnownTo(type).Where(known => known.Assembly == type.Assembly))
            {
                Note(found, Room(type)!, Room(known), type.Name);
            }
        }

        foreach (var path in Repository.Files("src/MetaBridge", "*.cs"))
        {
            var lines = Repository.Lines(path);
            var room = Named(lines.Select(line => NamespaceLine().Match(line)).First(match => match.Success));
            foreach (var match in lines.Select(line => UsingLine().Match(line)).Where(match => match.Success))
            {
                Note(found, room, Named(match), path);
            }
        }

        return found;
    }

    private static void Note(Dictionary<string, Dictionary<string, List<string>>> found, string room, string? known, string where)
    {
        if (!found.TryGetValue(room, out var others))
        {
            found[room] = others = [];
        }

        if (known is not null && known != room)
        {
            (others.TryGetValue(known, out var places) ? places : others[known] = []).Add(where);
        }
    }

    private static string? Room(Type type) => type.Namespace is "MetaBridge" ? FrontDoor
        : type.Namespace?.StartsWith("MetaBridge.", StringComparison.Ordinal) == true ? type.Namespace.Split('.')[1] : null;

    private static string Named(Match match) => match.Groups[1].Success ? match.Groups[1].Value : FrontDoor;

    [GeneratedRegex(@"^namespace MetaBridge(?:\.(\w+))?[.\w]*;")]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static )?MetaBridge(?:\.(\w+))?[.\w]*;")]
    private static partial Regex UsingLine();

    private sealed class Sample
    {
        [Obsolete("An attribute to be seen.")]
        public List<Uri[]> Shape { get; } = [];

        public static string Code() => Environment.Version.ToString();
    }
}
