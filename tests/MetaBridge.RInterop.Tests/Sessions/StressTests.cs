using System.Globalization;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Tests.Support;
using MetaBridge.RInterop.Values;
using Xunit;

namespace MetaBridge.RInterop.Tests.Sessions;

/// <summary>Many callers at once: no wrong answer, no lost error.</summary>
public class StressTests
{
    private const int Threads = 16;

    [Theory]
    [InlineData(RSessionMode.InProcess, 20_000)]
    [InlineData(RSessionMode.ChildProcess, 4_000)]
    public async Task ManyThreads_GetTheirOwnAnswers(RSessionMode mode, int count)
    {
        var session = SharedSessions.Of(mode);
        var wrong = 0;
        var tasks = Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            for (var i = thread; i < count; i += Threads)
            {
                if (!await IsRight(session, i))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        }));
        await Task.WhenAll(tasks);
        Assert.Equal(0, wrong);
    }

    private static async Task<bool> IsRight(IRSession session, int i)
    {
        var variables = new Dictionary<string, RValue> { ["i"] = new RDoubleVector([i]) };
        try
        {
            var result = await session.EvaluateAsync(i % 10 == 0 ? "stop(i)" : "cat(i); warning(i); i * 2", variables);
            var text = i.ToString(CultureInfo.InvariantCulture);
            return i % 10 != 0 && ((RDoubleVector)result.Value).Values[0] == i * 2.0
                && double.Parse(result.Output, CultureInfo.InvariantCulture) == i && result.Warnings is [var warning] && warning.Length > 0
                && double.Parse(warning, CultureInfo.InvariantCulture) == double.Parse(text, CultureInfo.InvariantCulture);
        }
        catch (RException exception)
        {
            return i % 10 == 0 && double.Parse(exception.Message, CultureInfo.InvariantCulture) == i;
        }
    }
}
