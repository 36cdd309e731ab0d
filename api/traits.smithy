$version: "2.0"

// What Chancery says about a model beyond the traits that Smithy and AWS have.
namespace chancery.model

/// The prefix of every C name made from the service: `acm` gives `struct acm_tag` and `acm_get_certificate`.
@trait(selector: "service")
string cPrefix

/// May take over 5 ms: runs in the second, bounded lane, so that it does not keep the others waiting.
@trait(selector: "operation")
structure long {}

/// AWS's messages print this pattern with its anchors; all others they print without.
@trait(selector: "string")
structure printsAnchors {}

/// How often botocore's waiters ask. Smithy leaves the end of waiting to the caller; botocore's format needs a number.
@trait(selector: "operation")
integer waiterAttempts
