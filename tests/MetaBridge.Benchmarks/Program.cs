// dotnet run -c Release --project tests/MetaBridge.Benchmarks -- [fits [alone]|exhaustive|growth|diagnostics|permutations|escalc|binding|multilevel [alone]|bayes|coverage [REPLICATIONS]]
// All without an argument. Run on a quiet machine: every figure is printed beside what it is compared with, from the same run.
using MetaBridge.Benchmarks;

switch (args)
{
    case []:
        UnivariateBenchmarks.Run();
        DiagnosticsBenchmarks.Run();
        EscalcBenchmarks.Run();
        RInteropBenchmarks.Run();
        MultilevelBenchmarks.Run();
        BayesBenchmarks.Run();
        return 0;
    case ["bayes"]:
        BayesBenchmarks.Run();
        return 0;
    case ["multilevel"]:
        MultilevelBenchmarks.Run();
        return 0;
    case ["multilevel", "alone"]:
        MultilevelBenchmarks.Run(withOthers: false);
        return 0;
    case ["coverage"]:
        CoverageSimulation.Run(2000);
        return 0;
    case ["coverage", var replications]:
        CoverageSimulation.Run(int.Parse(replications, System.Globalization.CultureInfo.InvariantCulture));
        return 0;
    case ["fits"]:
        UnivariateBenchmarks.Run();
        return 0;
    case ["fits", "alone"]:
        UnivariateBenchmarks.Run(withOthers: false);
        return 0;
    case ["exhaustive"]:
        ExhaustiveBenchmarks.Run();
        return 0;
    case ["growth"]:
        GrowthBenchmarks.Run();
        return 0;
    case ["diagnostics"]:
        DiagnosticsBenchmarks.Run();
        return 0;
    case ["permutations"]:
        PermutationBenchmarks.Run();
        return 0;
    case ["escalc"]:
        EscalcBenchmarks.Run();
        return 0;
    case ["binding"]:
        RInteropBenchmarks.Run();
        return 0;
    default:
        Console.Error.WriteLine("usage: [fits [alone]|exhaustive|growth|diagnostics|permutations|escalc|binding|multilevel [alone]|bayes|coverage [REPLICATIONS]]");
        return 2;
}
