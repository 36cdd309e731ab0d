$version: "2.0"

// One of each form that the generator knows.
namespace com.example.tiny

use aws.api#service
use aws.auth#sigv4
use aws.protocols#awsJson1_1
use chancery.model#cPrefix
use chancery.model#long
use chancery.model#printsAnchors
use chancery.model#waiterAttempts
use smithy.waiters#waitable

@cPrefix("tiny")
@service(sdkId: "Tiny", arnNamespace: "tiny-arn", endpointPrefix: "tiny-host")
@sigv4(name: "tiny-signing")
@awsJson1_1
@title("Tiny Service")
service TinyTarget {
    version: "2020-02-02"
    operations: [ReadIt, PutIt, GetAll]
}

/// Puts it.
/// Twice.
@long
operation PutIt {
    input: PutItRequest
    errors: [Refused]
}

structure PutItRequest {
    /// What to "put"???
    @required
    X509Name: Name
    Flag: Boolean
    keyOID: Blob
    Secret: SecretText
    Choice: Tree
}

@printsAnchors
@pattern("^(\\w|\\u000D)+$")
@length(min: 1, max: 10)
string Name

@sensitive
string SecretText

union Tree {
    Leaf: Kind
    Branches: Trees
    Not: Tree
    Depth: Integer
}

enum Kind {
    PLAIN
    ODD = "o-d.d"
}

@length(max: 3)
list Trees {
    member: Tree
}

/// Reads it.
@readonly
@paginated(inputToken: "Token", outputToken: "Token", pageSize: "Size", items: "Kinds")
@waiterAttempts(7)
@waitable(
    ItIsThere: {
        documentation: "Until it is there."
        acceptors: [
            { state: "success", matcher: { output: { path: "Token", expected: "x", comparator: "stringEquals" } } }
            { state: "retry", matcher: { output: { path: "Kinds[].X", expected: "y", comparator: "anyStringEquals" } } }
        ]
        minDelay: 2
    }
    ItAnswers: {
        documentation: "Until it answers."
        acceptors: [
            { state: "success", matcher: { success: true } }
            { state: "retry", matcher: { errorType: "Refused" } }
        ]
        minDelay: 3
    }
)
operation ReadIt {
    input: ReadItRequest
    output: ReadItResponse
    errors: [Refused]
}

structure ReadItRequest {
    Token: Name
    Size: PageSize
}

@range(min: 1)
integer PageSize

structure ReadItResponse {
    Token: Name
    Kinds: Kinds
    Taken: Timestamp
}

list Kinds {
    member: Kind
}

/// Gets all there is.
operation GetAll {
    output: GetAllResponse
}

structure GetAllResponse {
    Kinds: Kinds
}

@error("client")
structure Refused {
    message: Explanation
}

string Explanation
