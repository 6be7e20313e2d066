using System.Runtime.InteropServices;
using MetaBridge.Errors;
using MetaBridge.RInterop.Sessions;
using MetaBridge.RInterop.Values;

namespace MetaBridge.RInterop.Embedding;

/// <summary>The frame in which R may raise errors: every evaluation goes through it. On the R thread.</summary>
internal sealed unsafe class RFrame
{
    private readonly RThread thread;
    private readonly RConstants constants;
    private readonly Func<string?> interruptReason;
    private readonly nint home; // where the harness is loaded: sees the base package, not what users define
    private readonly nint evaluate;
    private readonly nint call;
    private readonly nint describe;
    private readonly nint attribute;
    private readonly nint vector;
    private readonly nint typeOf;

    /// <summary>Loads the harness into R.</summary>
    internal RFrame(RThread thread, RConstants constants, string harness, Func<string?> interruptReason)
    {
        this.interruptReason = interruptReason;
        this.thread = thread;
        this.constants = constants;
        Reader = new ValueReader(thread, constants, TypeName, Describe);
        Writer = new ValueWriter(thread, constants, AllocateLarge, SetAttributes);
        home = Try(Call(Symbol("new.env"), RNative.Rf_ScalarLogical(1), constants.BaseEnv));
        RNative.R_PreserveObject(home);
        Harness = Evaluate(harness + "\nmetabridge", value => value); // bound in its home
        evaluate = Function("evaluate");
        call = Function("call");
        describe = Function("describe");
        attribute = Function("attribute");
        vector = Symbol("vector");
        typeOf = Symbol("typeof");
    }

    internal ValueReader Reader { get; }

    internal ValueWriter Writer { get; }

    /// <summary>The environment of the harness.</summary>
    internal nint Harness { get; }

    /// <summary>Evaluates code of this library where the harness is loaded.</summary>
    internal RValue Evaluate(string code) => Evaluate(code, value => Reader.Read(value));

    /// <summary>Evaluates code that a user of this library wrote, with its conditions caught.</summary>
    /// <param name="code">The code.</param>
    /// <param name="variables">What to bind.</param>
    /// <param name="environment">Where to evaluate; <see cref="RConstants.Nil"/> for a fresh environment.</param>
    /// <param name="use">What to do with the value, which is protected meanwhile.</param>
    internal T Evaluate<T>(
        string code, IReadOnlyDictionary<string, RValue>? variables, nint environment, Func<ROutcome, T> use)
    {
        thread.Assert();
        var before = RProtection.Count;
        try
        {
            var text = RProtection.Add(Writer.Write([code]));
            var bound = RProtection.Add(variables is { Count: > 0 } ? Writer.WriteNamed(variables) : constants.Nil);
            return Outcome(Call(evaluate, text, bound, environment), use);
        }
        finally
        {
            RProtection.Restore(before);
        }
    }

    /// <summary>Calls a function value with a list of arguments, with its conditions caught.</summary>
    internal T Invoke<T>(nint function, nint arguments, Func<ROutcome, T> use)
    {
        thread.Assert();
        return Outcome(Call(call, function, arguments), use);
    }

    /// <summary>A call as R sees it: the function and its arguments.</summary>
    /// <returns>A protected-by-nobody call: protect or evaluate it at once.</returns>
    internal nint Call(nint function, params ReadOnlySpan<nint> arguments)
    {
        var cells = constants.Nil;
        for (var i = arguments.Length - 1; i >= 0; i--)
        {
            RProtection.Add(cells);
            cells = RNative.Rf_cons(arguments[i], cells);
            RProtection.Remove(1);
        }

        RProtection.Add(cells);
        var result = RNative.Rf_lcons(function, cells);
        RProtection.Remove(1);
        return result;
    }

    /// <summary>Evaluates a call of this library inside the frame. Interrupts wait, except where the harness lets them through.</summary>
    /// <exception cref="RException">R raised an error that nothing caught.</exception>
    internal nint Try(nint expression) => Try(expression, interruptsWait: true);

    /// <summary>Evaluates a call of the user's inside the frame, without the harness.</summary>
    /// <exception cref="RException">R raised an error that nothing caught, or was interrupted.</exception>
    internal nint TryPrepared(nint expression)
    {
        try
        {
            return Try(expression, interruptsWait: false);
        }
        catch (RException) when (interruptReason() is { } reason)
        {
            throw new RInterruptedException(reason);
        }
    }

    private nint Try(nint expression, bool interruptsWait)
    {
        thread.Assert();
        RProtection.Add(expression);
        var suspended = (int*)constants.InterruptsSuspended;
        var before = *suspended;
        *suspended = interruptsWait ? 1 : 0;
        int failed;
        var value = RNative.R_tryEvalSilent(expression, constants.BaseEnv, &failed);
        *suspended = before;
        RProtection.Remove(1);
        if (failed == 0)
        {
            return value;
        }

        var message = Marshal.PtrToStringUTF8((nint)RNative.R_curErrorBuf())?.TrimEnd() ?? "";
        throw new RException(ErrorCode.REvaluationFailed, message.Length > 0 ? message : "R left the evaluation without a message.");
    }

    internal nint Symbol(string name)
    {
        fixed (byte* bytes = RValueLimits.Name(name))
        {
            return RNative.Rf_install(bytes);
        }
    }

    /// <summary>A character vector of one element.</summary>
    internal nint Text(string text) => Writer.Write([text]);

    /// <summary>A function of the harness.</summary>
    internal nint Function(string name)
    {
        var text = RProtection.Add(Writer.Write([name]));
        var value = Try(Call(Symbol("get"), text, Harness));
        RProtection.Remove(1);
        return value; // lives as long as the harness, which is for ever
    }

    private T Evaluate<T>(string code, Func<nint, T> use)
    {
        // eval(parse(text = code)): the parser runs inside the frame too, since it raises errors.
        var text = RProtection.Add(Writer.Write([code]));
        var arguments = RProtection.Add(RNative.Rf_cons(text, constants.Nil));
        RNative.SET_TAG(arguments, Symbol("text"));
        var parsed = RProtection.Add(Try(RNative.Rf_lcons(Symbol("parse"), arguments)));
        var value = RProtection.Add(Try(Call(Symbol("eval"), parsed, home)));
        try
        {
            return use(value);
        }
        finally
        {
            RProtection.Remove(4);
        }
    }

    private T Outcome<T>(nint expression, Func<ROutcome, T> use)
    {
        var mark = RConsole.Mark();
        nint outcome;
        try
        {
            outcome = Try(expression);
        }
        catch (RException exception)
        {
            // The harness itself was left: there was no stack to run its handlers on.
            var output = RConsole.Take(mark);
            throw interruptReason() is { } reason
                ? new RInterruptedException(reason) { Output = output }
                : new RException(exception.Code, exception.Message) { Output = output };
        }

        RProtection.Add(outcome);
        try
        {
            var kind = RNative.INTEGER(RNative.VECTOR_ELT(outcome, 0))[0];
            return kind == 0 ? use(Success(outcome, mark)) : throw Failure(outcome, kind, mark);
        }
        finally
        {
            RProtection.Remove(1);
        }
    }

    private ROutcome Success(nint outcome, int mark) => new(
        RNative.VECTOR_ELT(outcome, 1),
        RNative.LOGICAL(RNative.VECTOR_ELT(outcome, 2))[0] != 0,
        Strings(outcome, 3),
        Strings(outcome, 4),
        RConsole.Take(mark));

    private RException Failure(nint outcome, int kind, int mark) => RFailure.Create(
        kind,
        string.Concat(Strings(outcome, 5)),
        Strings(outcome, 6),
        Strings(outcome, 7).FirstOrDefault(),
        Strings(outcome, 3),
        RConsole.Take(mark),
        interruptReason() ?? InterruptReason.Unknown);

    private string[] Strings(nint outcome, int index)
    {
        var value = RNative.VECTOR_ELT(outcome, index);
        return value == constants.Nil ? [] : RFailure.Text(Reader.Strings(value));
    }

    internal string TypeName(nint value) => One(Call(typeOf, Quoted(value)));

    private string Describe(nint value) => One(Call(describe, Quoted(value)));

    private string One(nint expression)
    {
        var text = RProtection.Add(Try(expression));
        var result = Reader.Strings(text)[0] ?? "";
        RProtection.Remove(1);
        return result;
    }

    // Symbols and calls would be evaluated when they stand as arguments.
    internal nint Quoted(nint value) => Call(Symbol("quote"), value);

    private nint AllocateLarge(string mode, nint length)
    {
        var before = RProtection.Count;
        try
        {
            var text = RProtection.Add(Writer.Write([mode]));
            var count = RProtection.Add(Writer.Write([(double)length]));
            return Try(Call(vector, text, count));
        }
        finally
        {
            RProtection.Restore(before);
        }
    }

    private nint SetAttributes(nint value, nint attributes) => Try(Call(attribute, value, attributes));
}

/// <summary>What an evaluation gave, while its value is protected.</summary>
/// <param name="Value">The value in R.</param>
/// <param name="IsVisible">Whether R would print it.</param>
/// <param name="Warnings">Warnings, in order.</param>
/// <param name="Messages">Messages, in order.</param>
/// <param name="Output">What was printed.</param>
internal readonly record struct ROutcome(
    nint Value, bool IsVisible, string[] Warnings, string[] Messages, string Output);
