using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using MetaBridge.Errors;

namespace MetaBridge.RInterop.Embedding;

/// <summary>Starts R inside this process: once, on the R thread, in the only order that works.</summary>
internal static unsafe class RStart
{
    // R polls for an interrupt this often while it waits, for instance in Sys.sleep.
    private const int WaitMicroseconds = 50_000;

    // Left between R's own limit and the true end of the stack: for R's error handling, and for managed callbacks.
    private const nuint StackReserve = 4 << 20;

    // User libraries count (Renviron is read), user code does not (no profile, no saved workspace).
    private static readonly string[] Arguments =
        ["metabridge", "--no-echo", "--no-save", "--no-restore", "--no-init-file", "--no-site-file"];

    private static readonly string[] Variables =
    [
        "R_SignalHandlers", "R_CStackLimit", "R_CStackStart", "R_Interactive", "R_wait_usec", "R_interrupts_pending", "R_interrupts_suspended",
        "ptr_R_WriteConsole", "ptr_R_WriteConsoleEx", "ptr_R_ShowMessage", "ptr_R_ReadConsole", "R_Outputfile", "R_Consolefile",
    ];

    /// <summary>Loads libR, with the environment that R's start script would have set.</summary>
    /// <returns>The handle of the library.</returns>
    internal static nint Load(RHome home)
    {
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            throw Failed("R can only run inside the process on 64-bit Linux; use a child process here.");
        }

        if (home.Library is null)
        {
            throw Failed($"R in {home.Path} was built without a shared library; use a child process.");
        }

        SetEnvironment(home);
        var folder = Path.GetDirectoryName(home.Library)!;
        foreach (var name in new[] { "libRblas.so", "libRlapack.so" })
        {
            // R builds with their own linear algebra keep it here, where the loader would not look.
            _ = NativeLibrary.TryLoad(Path.Combine(folder, name), out _);
        }

        if (!NativeLibrary.TryLoad(home.Library, out var library))
        {
            throw Failed($"The library {home.Library} could not be loaded.");
        }

        if (MissingEntryPoint(library) is { } missing)
        {
            throw Failed($"The library {home.Library} has no {missing}: this version of R cannot run inside the process; use a child process.");
        }

        NativeLibrary.SetDllImportResolver(
            Assembly.GetExecutingAssembly(),
            (name, _, _) => name == RNative.Library ? library : 0);
        return library;
    }

    /// <summary>An entry point that this library needs and libR does not have; null when it has all.</summary>
    internal static string? MissingEntryPoint(nint library) => typeof(RNative)
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
        .Where(method => method.Name != nameof(RNative.Constant) && !method.Name.Contains('<', StringComparison.Ordinal))
        .Select(method => method.Name)
        .Concat(Variables)
        .FirstOrDefault(name => !NativeLibrary.TryGetExport(library, name, out _));

    /// <summary>Initialises R. Runs on the R thread.</summary>
    internal static void Initialize(nint library)
    {
        Write(library, "R_SignalHandlers", 0); // the runtime needs its own: with R's, a null reference is a crash
        var arguments = stackalloc byte*[Arguments.Length + 1];
        for (var i = 0; i < Arguments.Length; i++)
        {
            arguments[i] = (byte*)Marshal.StringToCoTaskMemUTF8(Arguments[i]); // R keeps them
        }

        arguments[Arguments.Length] = null;
        _ = RNative.Rf_initialize_R(Arguments.Length, arguments);
        WriteSize(library, "R_CStackLimit", nuint.MaxValue); // R guesses it from the main thread; set right below
        Write(library, "R_Interactive", 0);
        RConsole.Connect(library);
        RNative.setup_Rmainloop();
        Write(library, "R_wait_usec", WaitMicroseconds);
        LimitStack(library);
    }

    internal static MetaBridgeException Failed(string message) => new(ErrorCode.RStartFailed, message);

    // With the real limits runaway recursion is an R error; without them it ends the process.
    private static void LimitStack(nint library)
    {
        var (top, size) = ProcessEnvironment.ThreadStack();
        if (size > 2 * StackReserve)
        {
            WriteSize(library, "R_CStackStart", top);
            WriteSize(library, "R_CStackLimit", size - StackReserve);
        }
    }

    private static void SetEnvironment(RHome home)
    {
        ProcessEnvironment.Set("R_HOME", home.Path);
        foreach (var folder in new[] { "share", "include", "doc" })
        {
            ProcessEnvironment.SetIfMissing($"R_{folder.ToUpperInvariant()}_DIR", FolderOf(home, folder));
        }

        ProcessEnvironment.EnsureUtf8Locale();
    }

    // Distributions move these out of R's home and say so in its start script only.
    private static string FolderOf(RHome home, string folder)
    {
        var inside = Path.Combine(home.Path, folder);
        var shared = Path.Combine("/usr/share/R", folder);
        return !Directory.Exists(inside) && Directory.Exists(shared) ? shared : inside;
    }

    private static void Write(nint library, string variable, int value) =>
        *(int*)NativeLibrary.GetExport(library, variable) = value;

    private static void WriteSize(nint library, string variable, nuint value) =>
        *(nuint*)NativeLibrary.GetExport(library, variable) = value;
}
