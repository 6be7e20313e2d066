using System.Reflection;
using System.Reflection.Emit;

namespace MetaBridge.Architecture.Tests;

/// <summary>Finds which types a type knows: in its shape, its attributes and the code of its methods.</summary>
internal static class KnowledgeScanner
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static
        | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Codes = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>All types that a type knows, with the elements of arrays and the arguments of generic types.</summary>
    public static IEnumerable<Type> KnownTo(Type type)
    {
        var shape = new List<Type?> { type.BaseType };
        shape.AddRange(type.GetInterfaces());
        shape.AddRange(type.GetFields(Declared).Select(field => field.FieldType));
        shape.AddRange(type.GetProperties(Declared).Select(property => property.PropertyType));
        shape.AddRange(Attributes(type));
        foreach (var method in type.GetMembers(Declared).OfType<MethodBase>())
        {
            shape.AddRange(method.GetParameters().Select(parameter => parameter.ParameterType));
            shape.Add((method as MethodInfo)?.ReturnType);
            shape.AddRange(InCode(method));
        }

        return shape.OfType<Type>().SelectMany(Unwrap).Distinct();
    }

    private static IEnumerable<Type> Attributes(Type type) => type.GetCustomAttributesData()
        .Concat(type.GetMembers(Declared).SelectMany(member => member.GetCustomAttributesData()))
        .SelectMany(data => data.ConstructorArguments.Select(argument => argument.Value as Type).Prepend(data.AttributeType))
        .OfType<Type>();

    private static IEnumerable<Type?> InCode(MethodBase method)
    {
        var body = method.GetMethodBody();
        if (body?.GetILAsByteArray() is not { } il)
        {
            yield break;
        }

        foreach (var local in body.LocalVariables)
        {
            yield return local.LocalType;
        }

        foreach (var token in Tokens(il))
        {
            foreach (var type in Mentioned(Resolve(method, token)))
            {
                yield return type;
            }
        }
    }

    private static IEnumerable<Type?> Mentioned(MemberInfo? member)
    {
        switch (member)
        {
            case Type type:
                yield return type;
                break;
            case FieldInfo field:
                yield return field.DeclaringType;
                yield return field.FieldType;
                break;
            case MethodBase called:
                yield return called.DeclaringType;
                yield return (called as MethodInfo)?.ReturnType;
                foreach (var argument in called.IsGenericMethod ? called.GetGenericArguments() : [])
                {
                    yield return argument;
                }

                break;
        }
    }

    private static MemberInfo? Resolve(MethodBase method, int token)
    {
        var ofType = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        return method.Module.ResolveMember(token, ofType, method.IsGenericMethod ? method.GetGenericArguments() : null);
    }

    private static IEnumerable<int> Tokens(byte[] il)
    {
        var at = 0;
        while (at < il.Length)
        {
            // Two-byte codes begin with 0xFE.
            var code = il[at] == 0xFE ? Codes[(short)((0xFE << 8) | il[at + 1])] : Codes[il[at]];
            at += code.Size;
            if (code.OperandType is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                yield return BitConverter.ToInt32(il, at);
            }

            at += OperandSize(code, il, at);
        }
    }

    private static int OperandSize(OpCode code, byte[] il, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, at)),
        _ => 4,
    };

    private static IEnumerable<Type> Unwrap(Type type)
    {
        if (type.HasElementType)
        {
            return Unwrap(type.GetElementType()!);
        }

        return type.IsGenericType && !type.IsGenericTypeDefinition
            ? type.GetGenericArguments().SelectMany(Unwrap).Prepend(type.GetGenericTypeDefinition())
            : [type];
    }
}
