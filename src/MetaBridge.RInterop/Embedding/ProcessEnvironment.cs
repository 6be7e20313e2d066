using System.Runtime.InteropServices;

namespace MetaBridge.RInterop.Embedding;

/// <summary>The environment as C code sees it, and the stack of the running thread.</summary>
/// <remarks>
/// <see cref="Environment.SetEnvironmentVariable(string, string)"/> changes a copy that C code never sees on Unix, so what R needs
/// is set through the C library.
/// </remarks>
internal static unsafe partial class ProcessEnvironment
{
    private const int CharacterTypeMask = 1; // LC_CTYPE_MASK of glibc: 1 << LC_CTYPE, which is 0
    private const int CodesetItem = 14; // CODESET of glibc's langinfo.h

    private static readonly string[] Utf8Locales = ["C.UTF-8", "C.utf8", "en_US.UTF-8"];

    internal static void Set(string name, string value) => _ = SetEnvironment(name, value, 1);

    internal static void SetIfMissing(string name, string value) => _ = SetEnvironment(name, value, 0);

    /// <summary>
    /// The UTF-8 locale that R must be started in, null when the present one is UTF-8: otherwise its texts lose every character
    /// outside ASCII.
    /// </summary>
    internal static string? Utf8LocaleToForce() => OperatingSystem.IsLinux() && Codeset("") != "UTF-8"
        ? Utf8Locales.FirstOrDefault(name => Codeset(name) == "UTF-8")
        : null;

    internal static void EnsureUtf8Locale()
    {
        if (Utf8LocaleToForce() is { } locale)
        {
            Set("LC_ALL", locale);
        }
    }

    internal static string DescribeLocale()
    {
        if (!OperatingSystem.IsLinux())
        {
            return "not checked on this system";
        }

        return Codeset("") == "UTF-8" ? "yes" : $"no ({Codeset("") ?? "the locale is not installed"}); C.UTF-8 is used instead";
    }

    /// <summary>The highest address and the size of the stack of the running thread.</summary>
    internal static (nuint Top, nuint Size) ThreadStack()
    {
        const int AttributeBytes = 64; // pthread_attr_t is 56 bytes on 64-bit Linux
        var attributes = stackalloc byte[AttributeBytes];
        nuint lowest = 0, size = 0;
        if (pthread_getattr_np(pthread_self(), attributes) != 0 || pthread_attr_getstack(attributes, &lowest, &size) != 0)
        {
            return (0, 0);
        }

        _ = pthread_attr_destroy(attributes);
        return (lowest + size, size);
    }

    /// <summary>Sends SIGINT to a process.</summary>
    internal static void Interrupt(int processId)
    {
        const int Sigint = 2;
        _ = kill(processId, Sigint);
    }

    // Null when there is no such locale.
    private static string? Codeset(string locale)
    {
        var handle = newlocale(CharacterTypeMask, locale, 0);
        if (handle == 0)
        {
            return null;
        }

        var name = Marshal.PtrToStringUTF8((nint)nl_langinfo_l(CodesetItem, handle));
        freelocale(handle);
        return name;
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint newlocale(int mask, string locale, nint basis);

    [LibraryImport("libc")]
    private static partial byte* nl_langinfo_l(int item, nint locale);

    [LibraryImport("libc")]
    private static partial void freelocale(nint locale);

    [LibraryImport("libc")]
    private static partial nint pthread_self();

    [LibraryImport("libc")]
    private static partial int pthread_getattr_np(nint thread, byte* attributes);

    [LibraryImport("libc")]
    private static partial int pthread_attr_getstack(byte* attributes, nuint* address, nuint* size);

    [LibraryImport("libc")]
    private static partial int pthread_attr_destroy(byte* attributes);

    [LibraryImport("libc")]
    private static partial int kill(int process, int signal);
}
