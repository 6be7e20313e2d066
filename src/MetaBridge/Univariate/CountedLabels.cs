using System.Collections;
using System.Globalization;

namespace MetaBridge.Univariate;

/// <summary>The labels 1, 2, 3, …, made when asked for, so that a large fit without labels doesn't allocate them.</summary>
internal sealed class CountedLabels(int count) : IReadOnlyList<string>
{
    public int Count => count;

    public string this[int index] => (uint)index < (uint)count
        ? (index + 1).ToString(CultureInfo.InvariantCulture)
        : throw new ArgumentOutOfRangeException(nameof(index));

    public IEnumerator<string> GetEnumerator()
    {
        for (var i = 0; i < count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
