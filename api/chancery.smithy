$version: "2.0"

// What Chancery offers beyond AWS's APIs. AWS has no way to list what an authority has issued; here it is. generate.py
// makes the C structs and tables of it.
//
// Patterns carry their anchors, as Smithy wants: without them a Smithy pattern may match anywhere.
namespace chancery.api

use aws.api#service
use aws.auth#sigv4
use aws.protocols#awsJson1_1
use chancery.model#cPrefix
use chancery.model#long

/// What AWS's APIs do not offer: the inventory of an authority.
@cPrefix("own")
@service(sdkId: "Chancery", arnNamespace: "chancery", endpointPrefix: "chancery")
@sigv4(name: "chancery")
@awsJson1_1
@title("Chancery")
service Chancery {
    version: "2026-11-01"
    operations: [
        ListIssuedCertificates
    ]
}

/// Lists what an authority has issued, a page at a time.
@readonly
@long
@paginated(inputToken: "NextToken", outputToken: "NextToken", pageSize: "MaxResults", items: "IssuedCertificates")
operation ListIssuedCertificates {
    input: ListIssuedCertificatesRequest
    output: ListIssuedCertificatesResponse
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidNextTokenException
        InvalidArgsException
    ]
}

structure ListIssuedCertificatesRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// Only certificates with all of these properties.
    Filters: Filters

    /// What to sort by; left out, the moment of issue.
    SortBy: SortBy

    /// The direction; left out, the newest or latest come first.
    SortOrder: SortOrder

    /// How many certificates a page holds at most.
    MaxResults: MaxResults

    /// Where the page before ended, as its answer said.
    NextToken: NextToken
}

structure Filters {
    /// Certificates whose subject has this text in it.
    SubjectContains: SearchText

    /// Certificates of which any alternative name has this text in it.
    NameContains: SearchText

    /// The certificate with this serial number in hexadecimal; colons may divide it.
    Serial: SerialNumber

    /// Certificates issued by this template.
    TemplateArn: Arn

    /// Certificates with one of these statuses.
    Statuses: StatusList

    /// Certificates that end after this moment.
    ExpiresAfter: TStamp

    /// Certificates that end before this moment.
    ExpiresBefore: TStamp
}

@length(min: 1, max: 5)
list StatusList {
    member: IssuedCertificateStatus
}

enum IssuedCertificateStatus {
    ISSUED
    REVOKED
    EXPIRED
}

enum SortBy {
    ISSUED_AT
    NOT_AFTER
}

enum SortOrder {
    ASCENDING
    DESCENDING
}

structure ListIssuedCertificatesResponse {
    IssuedCertificates: IssuedCertificateList
    NextToken: NextToken
}

list IssuedCertificateList {
    member: IssuedCertificate
}

structure IssuedCertificate {
    CertificateArn: Arn
    Serial: String
    Subject: String
    SubjectAlternativeNames: NameList
    Status: IssuedCertificateStatus
    TemplateArn: Arn
    IssuedAt: TStamp
    NotBefore: TStamp
    NotAfter: TStamp
    RevokedAt: TStamp
    RevocationReason: RevocationReason
    RequestedBy: String
}

list NameList {
    member: String
}

enum RevocationReason {
    UNSPECIFIED
    KEY_COMPROMISE
    CERTIFICATE_AUTHORITY_COMPROMISE
    AFFILIATION_CHANGED
    SUPERSEDED
    CESSATION_OF_OPERATION
    PRIVILEGE_WITHDRAWN
    A_A_COMPROMISE
}

// What can go wrong: every exception is answered with status 400.

@error("client")
structure InvalidArgsException {
    message: String
}

@error("client")
structure InvalidArnException {
    message: String
}

@error("client")
structure InvalidNextTokenException {
    message: String
}

@error("client")
structure ResourceNotFoundException {
    message: String
}

// Texts, numbers and times

@pattern("^arn:[\\w+=/,.@-]+:acm-pca:[\\w+=/,.@-]*:[0-9]*:[\\w+=,.@-]+(/[\\w+=,.@-]+)*$")
@length(min: 5, max: 200)
string Arn

@pattern("^[\\u0009\\u000A\\u000D\\u0020-\\u00FF]*$")
@length(min: 1, max: 10000)
string NextToken

@length(min: 1, max: 256)
string SearchText

@pattern("^[0-9A-Fa-f]+(:[0-9A-Fa-f]+)*$")
@length(min: 1, max: 128)
string SerialNumber

@range(min: 1, max: 1000)
integer MaxResults

timestamp TStamp
