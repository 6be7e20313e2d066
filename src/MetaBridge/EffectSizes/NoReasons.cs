using System.Collections;

namespace MetaBridge.EffectSizes;

/// <summary>As many nulls as there are rows, without an array of them.</summary>
internal sealed class NoReasons(int count) : IReadOnlyList<string?>
{
    public int Count => count;

    public string? this[int index] => (uint)index < (uint)count ? null : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<string?> GetEnumerator() => Enumerable.Repeat<string?>(null, count).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
