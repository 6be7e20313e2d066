// dotnet run -c Release --project tests/MetaBridge.Benchmarks -- [fits|escalc|binding]
// All without an argument. Run on a quiet machine: every figure is printed beside what it is compared with, from the same run.
using MetaBridge.Benchmarks;

switch (args)
{
    case []:
        UnivariateBenchmarks.Run();
        EscalcBenchmarks.Run();
        RInteropBenchmarks.Run();
        return 0;
    case ["fits"]:
        UnivariateBenchmarks.Run();
        return 0;
    case ["escalc"]:
        EscalcBenchmarks.Run();
        return 0;
    case ["binding"]:
        RInteropBenchmarks.Run();
        return 0;
    default:
        Console.Error.WriteLine("usage: [fits|escalc|binding]");
        return 2;
}
