using MetaBridge.Errors;
using MetaBridge.Multilevel;

namespace MetaBridge.Native;

/// <summary>V of the C side: variances, a sparse matrix by columns, or a full one.</summary>
internal static unsafe class SparseCovariance
{
    /// <summary>Reads what the caller gave.</summary>
    public static SamplingCovariance Read(RmaMvInput* input, int k)
    {
        if (input->FullCovariance is not null)
        {
            return SamplingCovariance.FromMatrix(new ReadOnlySpan<double>(input->FullCovariance, checked(k * k)).ToArray(), k);
        }

        if (input->CovarianceStarts is null)
        {
            return SamplingCovariance.Diagonal(Buffers.Require(input->Variances, k, "vi").ToArray());
        }

        var starts = new ReadOnlySpan<int>(input->CovarianceStarts, k + 1);
        CheckStarts(starts);
        var rows = Buffers.Require(input->CovarianceRows, starts[k], "v_row");
        var values = Buffers.Require(input->CovarianceValues, starts[k], "v_value");
        return SamplingCovariance.FromBlocks(k, Blocks(k, starts, rows, values));
    }

    // Rows that are connected through elements other than zero make a block.
    private static SamplingBlock[] Blocks(int k, ReadOnlySpan<int> starts, ReadOnlySpan<int> rows, ReadOnlySpan<double> values)
    {
        var members = Members(k, starts, rows, values);
        var place = new int[k];
        var blocks = new SamplingBlock[members.Count];
        for (var b = 0; b < blocks.Length; b++)
        {
            var own = members[b];
            var n = own.Count;
            for (var i = 0; i < n; i++)
            {
                place[own[i]] = i;
            }

            var block = new double[checked(n * n)];
            for (var j = 0; j < n; j++)
            {
                for (var at = starts[own[j]]; at < starts[own[j] + 1]; at++)
                {
                    if (values[at] != 0)
                    {
                        block[(place[rows[at]] * n) + j] = values[at];
                    }
                }
            }

            blocks[b] = new SamplingBlock(own, block);
        }

        return blocks;
    }

    private static List<List<int>> Members(int k, ReadOnlySpan<int> starts, ReadOnlySpan<int> rows, ReadOnlySpan<double> values)
    {
        var parent = new int[k];
        for (var i = 0; i < k; i++)
        {
            parent[i] = i;
        }

        for (var j = 0; j < k; j++)
        {
            for (var at = starts[j]; at < starts[j + 1]; at++)
            {
                if (rows[at] < 0 || rows[at] >= k)
                {
                    throw Invalid($"'v_row' holds {rows[at]}; rows are counted from 0 to {k - 1}.", "v_row");
                }

                var (a, b) = (values[at] != 0 ? Root(parent, rows[at]) : Root(parent, j), Root(parent, j));
                parent[Math.Max(a, b)] = Math.Min(a, b);
            }
        }

        var members = new List<List<int>>();
        var blockOf = new int[k];
        for (var i = 0; i < k; i++)
        {
            var root = Root(parent, i);
            if (root == i)
            {
                blockOf[i] = members.Count;
                members.Add([]);
            }

            members[blockOf[root]].Add(i);
        }

        return members;
    }

    private static int Root(int[] parent, int i)
    {
        while (parent[i] != i)
        {
            parent[i] = parent[parent[i]];
            i = parent[i];
        }

        return i;
    }

    private static void CheckStarts(ReadOnlySpan<int> starts)
    {
        for (var j = 1; j < starts.Length; j++)
        {
            if (starts[0] != 0 || starts[j] < starts[j - 1])
            {
                throw Invalid("'v_start' must begin with 0 and never decrease.", "v_start");
            }
        }
    }

    private static MetaBridgeException Invalid(string message, string argument) => new(
        ErrorCode.InvalidHandle, message, new Dictionary<string, object?> { ["argument"] = argument });
}
