namespace MetaBridge.Errors;

/// <summary>
/// The closed set of things that can go wrong, shared by the C# API, the command line and the R package.
/// </summary>
/// <remarks>
/// A code is written <c>MB0103</c>: the number below with the prefix <c>MB</c> and four digits.
/// 01xx is input data and specification, 02xx fitting, 03xx R inside the process, 04xx goldens and certificates,
/// 05xx the native library, 09xx defects of MetaBridge itself. Ordinary outcomes of a fit (an estimate at the boundary,
/// an interval without an upper end) are not errors but values of the result.
/// </remarks>
public enum ErrorCode
{
    /// <summary>A column that the specification names is not in the data.</summary>
    [Explain("A column that the specification names is not in the data.",
        "Check the spelling (names are case sensitive); 'metabridge datasets show NAME' lists the columns of a dataset.")]
    MissingColumn = 101,

    /// <summary>A column holds another type of value than its role needs.</summary>
    [Explain("A column holds another type of value than its role needs.",
        "Effect sizes, variances and counts must be numbers. A stray text in a CSV column makes the whole column text.")]
    WrongColumnType = 102,

    /// <summary>A sampling variance is negative, or zero where a positive one is needed.</summary>
    [Explain("A sampling variance is negative, or zero where a positive one is needed.",
        "Remove the row, or correct its variance; a standard error given as variance must be squared first.")]
    NonPositiveVariance = 103,

    /// <summary>A block of the sampling covariance matrix is not positive definite.</summary>
    [Explain("A block of the sampling covariance matrix is not positive definite.",
        "Lower the assumed correlation in that block, or correct its variances.")]
    BlockNotPositiveDefinite = 104,

    /// <summary>The moderators are collinear even after redundant columns were dropped.</summary>
    [Explain("The moderators are collinear even after redundant columns were dropped.",
        "Remove or rescale one of the named moderators.")]
    RankDeficientDesign = 105,

    /// <summary>Two inputs that must have the same length do not.</summary>
    [Explain("Two inputs that must have the same length do not.",
        "Give one value per study for every column.")]
    LengthMismatch = 106,

    /// <summary>No row is left to fit after missing values and the subset were taken out.</summary>
    [Explain("No row is left to fit after missing values and the subset were taken out.",
        "Look at the report of dropped rows: it names the column that was missing in each.")]
    NoData = 107,

    /// <summary>There are fewer studies than the model has parameters.</summary>
    [Explain("There are fewer studies than the model has parameters.",
        "Use fewer moderators, or an equal-effects model, which has no heterogeneity to estimate.")]
    TooFewStudies = 108,

    /// <summary>A value is infinite or not a number where a finite one is needed.</summary>
    [Explain("A value is infinite or not a number where a finite one is needed.",
        "Correct the value, or mark it as missing (NA).")]
    NonFiniteValue = 109,

    /// <summary>An option has a value outside its legal range.</summary>
    [Explain("An option has a value outside its legal range.", "The message states the legal range.")]
    InvalidOption = 110,

    /// <summary>A measure, method, test or other keyword is not known.</summary>
    [Explain("A measure, method, test or other keyword is not known.", "The message lists the known ones.")]
    UnknownName = 111,

    /// <summary>A formula could not be read.</summary>
    [Explain("A formula could not be read.", "The message shows the place; formulas look like '~ ablat + factor(alloc)'.")]
    FormulaSyntax = 112,

    /// <summary>A formula was read but could not be computed on this data.</summary>
    [Explain("A formula was read but could not be computed on this data.",
        "Check the types of the columns it uses, and that logarithms and roots get positive values.")]
    FormulaEvaluation = 113,

    /// <summary>A file could not be opened.</summary>
    [Explain("A file could not be opened.", "Check the path and the permissions.")]
    FileNotReadable = 114,

    /// <summary>A CSV file is malformed.</summary>
    [Explain("A CSV file is malformed.", "The message names the line; every line needs as many fields as the header.")]
    CsvMalformed = 115,

    /// <summary>A JSON file is malformed or has a member of the wrong type.</summary>
    [Explain("A JSON file is malformed or has a member of the wrong type.", "The message names the place.")]
    JsonMalformed = 116,

    /// <summary>A model specification is incomplete or contradicts itself.</summary>
    [Explain("A model specification is incomplete or contradicts itself.",
        "The message names the member; docs/specification.md lists them all.")]
    SpecificationInvalid = 117,

    /// <summary>A count or sample size is negative, fractional where it may not be, or larger than its total.</summary>
    [Explain("A count or sample size is negative, or larger than its total.", "Correct the row that the message names.")]
    InvalidCount = 118,

    /// <summary>The request is understood but not supported by this version.</summary>
    [Explain("The request is understood but not supported by this version.", "docs/not-supported.md lists what is missing and who does it.")]
    NotSupported = 119,

    /// <summary>A name occurs twice where names must be unique.</summary>
    [Explain("A name occurs twice where names must be unique.", "Rename one of them.")]
    DuplicateName = 120,

    /// <summary>The data set is not known.</summary>
    [Explain("The data set is not known.", "'metabridge datasets list' shows the known ones; a file name must end in .csv or .json.")]
    UnknownDataset = 121,

    /// <summary>An argument has the wrong type.</summary>
    [Explain("An argument has the wrong type.", "The message names the argument and the type that it needs.")]
    WrongArgumentType = 122,

    /// <summary>Cluster-robust tests need clusters that the model holds for independent of each other.</summary>
    [Explain("Cluster-robust tests need clusters that the model holds for independent of each other.",
        "Cluster by the coarsest grouping of the random effects (and of V), or by one that contains it.")]
    ClustersNotIndependent = 125,

    /// <summary>An iterative method stopped before it met its tolerance, and no estimate can be reported.</summary>
    [Explain("An iterative method stopped before it met its tolerance, and no estimate can be reported.",
        "Check the data for extreme precision ratios, or use a closed-form estimator such as DL.")]
    NotConverged = 201,

    /// <summary>The result left the range of floating-point numbers.</summary>
    [Explain("The result left the range of floating-point numbers.",
        "Rescale the effect sizes and their variances (divide yi by c and vi by c squared).")]
    NumericOverflow = 202,

    /// <summary>The work was cancelled.</summary>
    [Explain("The work was cancelled.", "Nothing was lost: start it again.")]
    Cancelled = 203,

    /// <summary>A prior distribution has impossible parameters, or no mass where its parameter can be.</summary>
    [Explain("A prior distribution has impossible parameters, or no mass where its parameter can be.",
        "The message names the parameter and what is wrong; scales are standard deviations and must be positive.")]
    PriorInvalid = 211,

    /// <summary>The scale of the default priors is unknown.</summary>
    [Explain("The scale of the default priors is unknown.",
        "State the measure; for RD and GEN give sample sizes, the unit-information standard deviation, or all priors.")]
    PriorScaleUnknown = 212,

    /// <summary>This combination of priors has no model.</summary>
    [Explain("This combination of priors has no model.", "Give tau a prior with a density instead of a point, or leave the scale formula out.")]
    PriorNotSupported = 213,

    /// <summary>The posterior has more dimensions than the quadrature can integrate.</summary>
    [Explain("The posterior has more dimensions than the quadrature can integrate.",
        "Use normal priors instead of t or Cauchy, fewer scale moderators, or the sampler.")]
    TooManyDimensions = 214,

    /// <summary>No usable R installation was found.</summary>
    [Explain("No usable R installation was found.",
        "Install R (r-scripts/setup.sh does it on Debian-like systems) or set R_HOME to what 'R RHOME' prints.")]
    RNotFound = 301,

    /// <summary>R could not be started inside the process.</summary>
    [Explain("R could not be started inside the process.", "'metabridge doctor' prints what was found and tried.")]
    RStartFailed = 302,

    /// <summary>R raised an error while it evaluated.</summary>
    [Explain("R raised an error while it evaluated.", "The message is R's own, with the call that raised it.")]
    REvaluationFailed = 303,

    /// <summary>R could not parse the text.</summary>
    [Explain("R could not parse the text.", "The message is the R parser's own.")]
    RParseFailed = 304,

    /// <summary>An R evaluation was interrupted or took longer than its time limit.</summary>
    [Explain("An R evaluation was interrupted or took longer than its time limit.", "Raise the limit, or let it run in the child process.")]
    RInterrupted = 305,

    /// <summary>An R package that is needed is not installed, or its version is too old.</summary>
    [Explain("An R package that is needed is not installed, or its version is too old.", "r-scripts/setup.sh installs it.")]
    RPackageMissing = 306,

    /// <summary>An R value cannot be converted to the type that was asked for.</summary>
    [Explain("An R value cannot be converted to the type that was asked for.", "The message names both types.")]
    RConversionFailed = 307,

    /// <summary>R was called from a thread that does not own it.</summary>
    [Explain("R was called from a thread that does not own it.", "Use the session's Run and Evaluate methods, which marshal the call.")]
    RWrongThread = 308,

    /// <summary>The R process ended unexpectedly.</summary>
    [Explain("The R process ended unexpectedly.", "Start a new session; the message has the last output of the process.")]
    RProcessLost = 309,

    /// <summary>No recorded R result exists for the case.</summary>
    [Explain("No recorded R result exists for the case.", "Record it with 'metabridge validate --record --case ID' where R is installed.")]
    GoldenMissing = 401,

    /// <summary>The data or the specification of a case changed after its R result was recorded.</summary>
    [Explain("The data or the specification of a case changed after its R result was recorded.", "Record the case again.")]
    GoldenStale = 402,

    /// <summary>A case file is malformed.</summary>
    [Explain("A case file is malformed.", "docs/cases.md describes the format.")]
    CaseMalformed = 403,

    /// <summary>The native library and its caller were built for different versions of the interface.</summary>
    [Explain("The native library and its caller were built for different versions of the interface.", "Reinstall the R package.")]
    AbiMismatch = 501,

    /// <summary>The native library was started in another process from which this one was forked.</summary>
    [Explain("The native library was started in another process from which this one was forked.",
        "Use a PSOCK cluster, or make the first call inside the worker.")]
    ForkedProcess = 502,

    /// <summary>A buffer or handle given to the native library is not valid.</summary>
    [Explain("A buffer or handle given to the native library is not valid.", "Check sizes and that the handle was not released.")]
    InvalidHandle = 503,

    /// <summary>A defect of MetaBridge.</summary>
    [Explain("A defect of MetaBridge.", "Please report it with the message and, if you can, the data.")]
    Internal = 901,
}
