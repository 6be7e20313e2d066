namespace MetaBridge.Data;

public sealed partial class Dataset
{
    /// <summary>SHA-256 of the content in hexadecimal: row labels, and name, type, levels and values of every column.</summary>
    /// <remarks>
    /// NA and NaN differ; +0 and −0 don't, nor do NaNs of different bits. The dataset's name and source don't count, so a renamed copy has the same hash.
    /// The bytes hashed are the same on every machine.
    /// </remarks>
    public string ContentHash() => DatasetHash.Compute(this);

    /// <summary>Whether both have the same columns in the same order, with equal types, levels and values, and the same row labels.</summary>
    public bool ContentEquals(Dataset other) => DatasetDifference.Between(this, other, limit: 1).Count == 0;
}
