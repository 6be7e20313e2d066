using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MetaBridge.Benchmarks;

/// <summary>The loops of Native/floor.c, compiled with gcc and loaded; see there.</summary>
internal sealed unsafe class NativeFloor
{
    private readonly nint library;

    private NativeFloor(nint library) => this.library = library;

    /// <summary>Compiles and loads; null where there is no gcc.</summary>
    public static NativeFloor? TryOpen()
    {
        var source = Path.Combine(Path.GetDirectoryName(ThisFile())!, "Native", "floor.c");
        var target = Path.Combine(Path.GetTempPath(), $"metabridge-floor-{Environment.ProcessId}.so");
        try
        {
            using var gcc = Process.Start("gcc", ["-O3", "-march=native", "-ffast-math", "-mprefer-vector-width=512", "-shared", "-fPIC", "-o", target, source, "-lm"]);
            gcc.WaitForExit();
            return gcc.ExitCode == 0 ? new NativeFloor(NativeLibrary.Load(target)) : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(target);
        }
    }

    public double Reml(double[] y, double[] v)
    {
        double mean, se;
        fixed (double* py = y, pv = v)
        {
            return ((delegate* unmanaged<double*, double*, int, double*, double*, double>)Export("floor_reml"))(py, pv, y.Length, &mean, &se);
        }
    }

    /// <summary>Data sets in lanes of eight, study by study.</summary>
    public void RemlMany(double[] y, double[] v, int k, double[] tau2, double[] mean, double[] se)
    {
        fixed (double* py = y, pv = v, pt = tau2, pm = mean, ps = se)
        {
            ((delegate* unmanaged<double*, double*, int, int, double*, double*, double*, void>)Export("floor_reml_many"))(py, pv, k, tau2.Length, pt, pm, ps);
        }
    }

    public double Gosh(double[] y, double[] v)
    {
        fixed (double* py = y, pv = v)
        {
            return ((delegate* unmanaged<double*, double*, int, double>)Export("floor_gosh"))(py, pv, y.Length);
        }
    }

    public int Permutation(double[] y, double[] v)
    {
        fixed (double* py = y, pv = v)
        {
            return ((delegate* unmanaged<double*, double*, int, int>)Export("floor_permutation"))(py, pv, y.Length);
        }
    }

    private nint Export(string name) => NativeLibrary.GetExport(library, name);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
