// dotnet run -c Release --project tests/MetaBridge.Benchmarks -- [fits|binding|multilevel [alone]]
// All without an argument. Run on a quiet machine: every figure is printed beside what it is compared with, from the same run.
using MetaBridge.Benchmarks;

switch (args)
{
    case []:
        UnivariateBenchmarks.Run();
        RInteropBenchmarks.Run();
        MultilevelBenchmarks.Run();
        return 0;
    case ["multilevel"]:
        MultilevelBenchmarks.Run();
        return 0;
    case ["multilevel", "alone"]:
        MultilevelBenchmarks.Run(withOthers: false);
        return 0;
    case ["fits"]:
        UnivariateBenchmarks.Run();
        return 0;
    case ["binding"]:
        RInteropBenchmarks.Run();
        return 0;
    default:
        Console.Error.WriteLine("usage: [fits|binding|multilevel [alone]]");
        return 2;
}
