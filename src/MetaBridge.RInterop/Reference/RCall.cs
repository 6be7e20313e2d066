using System.Text;

namespace MetaBridge.RInterop.Reference;

/// <summary>An R call under construction: a function and named arguments, never positional ones, since those moved between versions.</summary>
/// <param name="function">The function, with its package.</param>
internal sealed class RCall(string function)
{
    private readonly List<(string Name, string Code)> arguments = [];

    /// <summary>Adds an argument; the code is ours or checked.</summary>
    public RCall With(string name, string? code)
    {
        if (code is not null)
        {
            arguments.Add((name, code));
        }

        return this;
    }

    /// <summary>Adds an argument that names a column.</summary>
    public RCall WithColumn(string name, string? column) => With(name, column is null ? null : RCode.Symbol(column));

    /// <summary>The call without some of its arguments.</summary>
    public RCall Without(params string[] names)
    {
        var call = new RCall(function);
        call.arguments.AddRange(arguments.Where(argument => !names.Contains(argument.Name)));
        return call;
    }

    /// <summary>The call as R code.</summary>
    public override string ToString()
    {
        var code = new StringBuilder(function).Append('(');
        code.AppendJoin(", ", arguments.Select(argument => $"{argument.Name} = {argument.Code}"));
        return code.Append(')').ToString();
    }
}
