$version: "2.0"

// AWS Private CA as Chancery speaks it: every operation, shape and constraint. Facts follow AWS's published model of
// API version 2017-08-22; the sentences are ours. generate.py makes the C structs and tables of it.
//
// Patterns carry their anchors, as Smithy wants: without them a Smithy pattern may match anywhere.
namespace com.amazonaws.acmpca

use aws.api#service
use aws.auth#sigv4
use aws.protocols#awsJson1_1
use chancery.model#cPrefix
use chancery.model#long
use chancery.model#waiterAttempts
use smithy.waiters#waitable

/// Runs private certificate authorities.
@cPrefix("pca")
@service(sdkId: "ACM PCA", arnNamespace: "acm-pca", endpointPrefix: "acm-pca")
@sigv4(name: "acm-pca")
@awsJson1_1
@title("AWS Private Certificate Authority")
service ACMPrivateCA {
    version: "2017-08-22"
    operations: [
        CreateCertificateAuthority
        CreateCertificateAuthorityAuditReport
        CreatePermission
        DeleteCertificateAuthority
        DeletePermission
        DeletePolicy
        DescribeCertificateAuthority
        DescribeCertificateAuthorityAuditReport
        GetCertificate
        GetCertificateAuthorityCertificate
        GetCertificateAuthorityCsr
        GetPolicy
        ImportCertificateAuthorityCertificate
        IssueCertificate
        ListCertificateAuthorities
        ListPermissions
        ListTags
        PutPolicy
        RestoreCertificateAuthority
        RevokeCertificate
        TagCertificateAuthority
        UntagCertificateAuthority
        UpdateCertificateAuthority
    ]
}

// Authorities

/// Creates an authority: its key, and the request for its certificate.
@long
operation CreateCertificateAuthority {
    input: CreateCertificateAuthorityRequest
    output: CreateCertificateAuthorityResponse
    errors: [
        LimitExceededException
        InvalidArgsException
        InvalidTagException
        InvalidPolicyException
    ]
}

structure CreateCertificateAuthorityRequest {
    /// The key, the algorithm of signatures and the name of the authority.
    @required
    CertificateAuthorityConfiguration: CertificateAuthorityConfiguration

    /// How revocations are published; left out, they are not.
    RevocationConfiguration: RevocationConfiguration

    /// ROOT signs its own certificate; that of a SUBORDINATE comes from an authority above it.
    @required
    CertificateAuthorityType: CertificateAuthorityType

    /// Names this request, so that sent twice within five minutes it makes one authority.
    IdempotencyToken: IdempotencyToken

    /// The least standard that the keeper of the key must meet.
    KeyStorageSecurityStandard: KeyStorageSecurityStandard

    /// Tags for the authority.
    Tags: TagList

    /// SHORT_LIVED_CERTIFICATE allows nothing that lives longer than seven days.
    UsageMode: CertificateAuthorityUsageMode
}

structure CertificateAuthorityConfiguration {
    /// The algorithm of the key pair to make.
    @required
    KeyAlgorithm: KeyAlgorithm

    /// How the authority's request is signed, and its lists of revoked certificates; must suit the key.
    @required
    SigningAlgorithm: SigningAlgorithm

    /// The name of the authority.
    @required
    Subject: ASN1Subject

    /// Extensions to ask for in the authority's request.
    CsrExtensions: CsrExtensions
}

enum KeyAlgorithm {
    RSA_2048
    RSA_3072
    RSA_4096
    EC_prime256v1
    EC_secp384r1
    EC_secp521r1
    ML_DSA_44
    ML_DSA_65
    ML_DSA_87
    SM2
}

enum SigningAlgorithm {
    SHA256WITHECDSA
    SHA384WITHECDSA
    SHA512WITHECDSA
    SHA256WITHRSA
    SHA384WITHRSA
    SHA512WITHRSA
    SM3WITHSM2
    ML_DSA_44
    ML_DSA_65
    ML_DSA_87
}

structure ASN1Subject {
    /// The country, as two letters (C).
    Country: CountryCodeString

    /// The organization (O).
    Organization: String64

    /// The part of the organization (OU).
    OrganizationalUnit: String64

    /// Tells apart names that are otherwise the same (dnQualifier).
    DistinguishedNameQualifier: ASN1PrintableString64

    /// The state or province (ST).
    State: String128

    /// The common name (CN).
    CommonName: String64

    /// A number of the person or the device, not of the certificate (serialNumber).
    SerialNumber: ASN1PrintableString64

    /// The town (L).
    Locality: String128

    /// The title of a person (title).
    Title: String64

    /// The family name (SN).
    Surname: String40

    /// The first name (GN).
    GivenName: String16

    /// The initials (initials).
    Initials: String5

    /// A name that stands for another (pseudonym).
    Pseudonym: String128

    /// What tells generations apart, such as Jr. (generationQualifier).
    GenerationQualifier: String3

    /// The whole name as attributes by OID; not together with the others.
    CustomAttributes: CustomAttributeList
}

@length(min: 1, max: 150)
list CustomAttributeList {
    member: CustomAttribute
}

structure CustomAttribute {
    /// The OID of the attribute.
    @required
    ObjectIdentifier: CustomObjectIdentifier

    /// Its text.
    @required
    Value: String1To256
}

structure CsrExtensions {
    /// What the key is for.
    KeyUsage: KeyUsage

    /// Where the authority offers more.
    SubjectInformationAccess: AccessDescriptionList
}

structure KeyUsage {
    /// To sign data, as TLS does.
    DigitalSignature: Boolean

    /// To sign what cannot be disowned later.
    NonRepudiation: Boolean

    /// To encrypt keys.
    KeyEncipherment: Boolean

    /// To encrypt data.
    DataEncipherment: Boolean

    /// To agree on keys.
    KeyAgreement: Boolean

    /// To sign certificates.
    KeyCertSign: Boolean

    /// To sign lists of revoked certificates.
    CRLSign: Boolean

    /// When agreeing on keys: only to encrypt.
    EncipherOnly: Boolean

    /// When agreeing on keys: only to decrypt.
    DecipherOnly: Boolean
}

list AccessDescriptionList {
    member: AccessDescription
}

structure AccessDescription {
    /// What is offered there.
    @required
    AccessMethod: AccessMethod

    /// Where it is offered.
    @required
    AccessLocation: GeneralName
}

structure AccessMethod {
    /// The kind of offer by OID; not together with AccessMethodType.
    CustomObjectIdentifier: CustomObjectIdentifier

    /// The kind of offer by name.
    AccessMethodType: AccessMethodType
}

enum AccessMethodType {
    CA_REPOSITORY
    RESOURCE_PKI_MANIFEST
    RESOURCE_PKI_NOTIFY
}

structure GeneralName {
    /// A name of a kind of its own.
    OtherName: OtherName

    /// An e-mail address.
    Rfc822Name: String256

    /// A DNS name; a first label of * stands for any.
    DnsName: String253

    /// A distinguished name.
    DirectoryName: ASN1Subject

    /// A name in electronic data interchange.
    EdiPartyName: EdiPartyName

    /// A URI.
    UniformResourceIdentifier: String253

    /// An address of IP version 4 or 6.
    IpAddress: String39

    /// An OID.
    RegisteredId: CustomObjectIdentifier
}

structure OtherName {
    /// The OID of the kind of name.
    @required
    TypeId: CustomObjectIdentifier

    /// The name itself.
    @required
    Value: String256
}

structure EdiPartyName {
    /// The name of the party.
    @required
    PartyName: String256

    /// Who gave the name.
    NameAssigner: String256
}

structure RevocationConfiguration {
    /// The list of revoked certificates (CRL).
    CrlConfiguration: CrlConfiguration

    /// Answers about single certificates (OCSP).
    OcspConfiguration: OcspConfiguration
}

structure CrlConfiguration {
    /// Whether a list is published; false stands alone.
    @required
    Enabled: Boolean

    /// How many days a list is valid.
    ExpirationInDays: Integer1To5000

    /// The host name, perhaps with a path, that certificates name as the place of the list; without http://.
    CustomCname: CnameString

    /// The bucket that holds the list.
    S3BucketName: S3BucketName3To255

    /// Who may read the list in the bucket.
    S3ObjectAcl: S3ObjectAcl

    /// Whether certificates name the place of the list.
    CrlDistributionPointExtensionConfiguration: CrlDistributionPointExtensionConfiguration

    /// One complete list, or partitions that each hold a share of the certificates.
    CrlType: CrlType

    /// The path of the list below its host.
    CustomPath: CrlPathString
}

enum S3ObjectAcl {
    PUBLIC_READ
    BUCKET_OWNER_FULL_CONTROL
}

structure CrlDistributionPointExtensionConfiguration {
    /// True: certificates do not name the place of the list.
    @required
    OmitExtension: Boolean
}

enum CrlType {
    COMPLETE
    PARTITIONED
}

structure OcspConfiguration {
    /// Whether questions are answered; false stands alone.
    @required
    Enabled: Boolean

    /// The host name that certificates name as the place to ask; without http://.
    OcspCustomCname: CnameString
}

enum CertificateAuthorityType {
    ROOT
    SUBORDINATE
}

enum KeyStorageSecurityStandard {
    FIPS_140_2_LEVEL_2_OR_HIGHER
    FIPS_140_2_LEVEL_3_OR_HIGHER
    CCPC_LEVEL_1_OR_HIGHER
}

@length(min: 1, max: 50)
list TagList {
    member: Tag
}

structure Tag {
    /// The name of the tag.
    @required
    Key: TagKey

    /// The value of the tag; may be left out.
    Value: TagValue
}

enum CertificateAuthorityUsageMode {
    GENERAL_PURPOSE
    SHORT_LIVED_CERTIFICATE
}

structure CreateCertificateAuthorityResponse {
    CertificateAuthorityArn: Arn
}

/// Shows the status, the configuration and the dates of an authority.
@readonly
operation DescribeCertificateAuthority {
    input: DescribeCertificateAuthorityRequest
    output: DescribeCertificateAuthorityResponse
    errors: [
        ResourceNotFoundException
        InvalidArnException
    ]
}

structure DescribeCertificateAuthorityRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn
}

structure DescribeCertificateAuthorityResponse {
    CertificateAuthority: CertificateAuthority
}

structure CertificateAuthority {
    Arn: Arn
    OwnerAccount: AccountId
    CreatedAt: TStamp
    LastStateChangeAt: TStamp
    Type: CertificateAuthorityType
    Serial: String
    Status: CertificateAuthorityStatus
    NotBefore: TStamp
    NotAfter: TStamp
    FailureReason: FailureReason
    CertificateAuthorityConfiguration: CertificateAuthorityConfiguration
    RevocationConfiguration: RevocationConfiguration
    RestorableUntil: TStamp
    KeyStorageSecurityStandard: KeyStorageSecurityStandard
    UsageMode: CertificateAuthorityUsageMode
}

enum CertificateAuthorityStatus {
    CREATING
    PENDING_CERTIFICATE
    ACTIVE
    DELETED
    DISABLED
    EXPIRED
    FAILED
}

enum FailureReason {
    REQUEST_TIMED_OUT
    UNSUPPORTED_ALGORITHM
    OTHER
}

/// Lists authorities, a page at a time.
@readonly
@paginated(inputToken: "NextToken", outputToken: "NextToken", pageSize: "MaxResults", items: "CertificateAuthorities")
operation ListCertificateAuthorities {
    input: ListCertificateAuthoritiesRequest
    output: ListCertificateAuthoritiesResponse
    errors: [
        InvalidNextTokenException
    ]
}

structure ListCertificateAuthoritiesRequest {
    /// How many authorities a page holds at most.
    MaxResults: MaxResults

    /// Where the page before ended, as its answer said.
    NextToken: NextToken

    /// The account's own authorities, or those that other accounts share with it.
    ResourceOwner: ResourceOwner
}

enum ResourceOwner {
    SELF
    OTHER_ACCOUNTS
}

structure ListCertificateAuthoritiesResponse {
    NextToken: NextToken
    CertificateAuthorities: CertificateAuthorities
}

list CertificateAuthorities {
    member: CertificateAuthority
}

/// Enables or disables an authority, or changes how it publishes revocations.
operation UpdateCertificateAuthority {
    input: UpdateCertificateAuthorityRequest
    errors: [
        ResourceNotFoundException
        InvalidArgsException
        InvalidArnException
        InvalidStateException
        ConcurrentModificationException
        InvalidPolicyException
    ]
}

structure UpdateCertificateAuthorityRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// How revocations are published; a half that is left out stays as it is.
    RevocationConfiguration: RevocationConfiguration

    /// ACTIVE or DISABLED.
    Status: CertificateAuthorityStatus
}

/// Marks an authority as deleted; until the days of grace are over it can be restored.
operation DeleteCertificateAuthority {
    input: DeleteCertificateAuthorityRequest
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        ConcurrentModificationException
    ]
}

structure DeleteCertificateAuthorityRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The days of grace; 30 when left out.
    PermanentDeletionTimeInDays: PermanentDeletionTimeInDays
}

/// Brings back a deleted authority before its days of grace are over.
operation RestoreCertificateAuthority {
    input: RestoreCertificateAuthorityRequest
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
    ]
}

structure RestoreCertificateAuthorityRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn
}

// An authority's own certificate

/// Returns the request for the authority's certificate, as PEM.
@readonly
@waiterAttempts(60)
@waitable(
    CertificateAuthorityCSRCreated: {
        documentation: "Until the request for the authority's certificate is there."
        acceptors: [
            {
                state: "success"
                matcher: { success: true }
            }
            {
                state: "retry"
                matcher: { errorType: "RequestInProgressException" }
            }
            {
                state: "failure"
                matcher: { errorType: "AccessDeniedException" }
            }
        ]
        minDelay: 3
    }
)
operation GetCertificateAuthorityCsr {
    input: GetCertificateAuthorityCsrRequest
    output: GetCertificateAuthorityCsrResponse
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        RequestFailedException
        RequestInProgressException
    ]
}

structure GetCertificateAuthorityCsrRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn
}

structure GetCertificateAuthorityCsrResponse {
    Csr: CsrBody
}

/// Checks a certificate for the authority's key, with its chain, and installs it: the authority can issue.
operation ImportCertificateAuthorityCertificate {
    input: ImportCertificateAuthorityCertificateRequest
    errors: [
        CertificateMismatchException
        MalformedCertificateException
        ResourceNotFoundException
        InvalidArnException
        InvalidRequestException
        InvalidStateException
        RequestFailedException
        ConcurrentModificationException
        RequestInProgressException
    ]
}

structure ImportCertificateAuthorityCertificateRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The authority's certificate, as PEM.
    @required
    Certificate: CertificateBodyBlob

    /// The certificates above it, as PEM, each certified by the next, the last a root; only for a subordinate.
    CertificateChain: CertificateChainBlob
}

/// Returns the authority's certificate and its chain, as PEM.
@readonly
operation GetCertificateAuthorityCertificate {
    input: GetCertificateAuthorityCertificateRequest
    output: GetCertificateAuthorityCertificateResponse
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
    ]
}

structure GetCertificateAuthorityCertificateRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn
}

structure GetCertificateAuthorityCertificateResponse {
    Certificate: CertificateBody
    CertificateChain: CertificateChain
}

// Issuing and revoking

/// Issues a certificate for a request, as a template says.
operation IssueCertificate {
    input: IssueCertificateRequest
    output: IssueCertificateResponse
    errors: [
        LimitExceededException
        ResourceNotFoundException
        InvalidArgsException
        InvalidArnException
        InvalidStateException
        MalformedCSRException
    ]
}

structure IssueCertificateRequest {
    /// Subject and extensions to use instead of those of the request; needs a template that allows it.
    ApiPassthrough: ApiPassthrough

    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The request for the certificate (PKCS #10), as PEM.
    @required
    Csr: CsrBlob

    /// How the certificate is signed; must suit the key of the authority.
    @required
    SigningAlgorithm: SigningAlgorithm

    /// The ARN of the template; left out, that of an end entity.
    TemplateArn: Arn

    /// When the certificate ends.
    @required
    Validity: Validity

    /// When the certificate begins, as ABSOLUTE seconds; left out, an hour ago.
    ValidityNotBefore: Validity

    /// Names this request, so that sent twice within five minutes it makes one certificate.
    IdempotencyToken: IdempotencyToken
}

structure ApiPassthrough {
    /// Extensions of the certificate.
    Extensions: Extensions

    /// The subject of the certificate.
    Subject: ASN1Subject
}

structure Extensions {
    /// The policies that the certificate was issued under.
    CertificatePolicies: CertificatePolicyList

    /// What the key is for, in more words.
    ExtendedKeyUsage: ExtendedKeyUsageList

    /// What the key is for.
    KeyUsage: KeyUsage

    /// The names to certify.
    SubjectAlternativeNames: GeneralNameList

    /// Extensions by OID.
    CustomExtensions: CustomExtensionList
}

@length(min: 1, max: 20)
list CertificatePolicyList {
    member: PolicyInformation
}

structure PolicyInformation {
    /// The OID of the policy.
    @required
    CertPolicyId: CustomObjectIdentifier

    /// Where to read about it.
    PolicyQualifiers: PolicyQualifierInfoList
}

@length(min: 1, max: 20)
list PolicyQualifierInfoList {
    member: PolicyQualifierInfo
}

structure PolicyQualifierInfo {
    /// The kind of the qualifier.
    @required
    PolicyQualifierId: PolicyQualifierId

    /// The qualifier.
    @required
    Qualifier: Qualifier
}

enum PolicyQualifierId {
    CPS
}

structure Qualifier {
    /// The URI of the certification practice statement.
    @required
    CpsUri: String256
}

@length(min: 1, max: 20)
list ExtendedKeyUsageList {
    member: ExtendedKeyUsage
}

structure ExtendedKeyUsage {
    /// The usage by name.
    ExtendedKeyUsageType: ExtendedKeyUsageType

    /// The usage by OID; not together with its name.
    ExtendedKeyUsageObjectIdentifier: CustomObjectIdentifier
}

enum ExtendedKeyUsageType {
    SERVER_AUTH
    CLIENT_AUTH
    CODE_SIGNING
    EMAIL_PROTECTION
    TIME_STAMPING
    OCSP_SIGNING
    SMART_CARD_LOGIN
    DOCUMENT_SIGNING
    CERTIFICATE_TRANSPARENCY
}

@length(min: 1, max: 150)
list GeneralNameList {
    member: GeneralName
}

@length(min: 1, max: 150)
list CustomExtensionList {
    member: CustomExtension
}

structure CustomExtension {
    /// The OID of the extension.
    @required
    ObjectIdentifier: CustomObjectIdentifier

    /// The DER of its value, in base64.
    @required
    Value: Base64String1To4096

    /// Whether a reader that does not know the extension must refuse the certificate.
    Critical: Boolean
}

structure Validity {
    /// The number that Type explains.
    @required
    Value: PositiveLong

    /// DAYS, MONTHS or YEARS from now, ABSOLUTE seconds since 1970, or an END_DATE as YYYYMMDDhhmmss or YYMMDDhhmmss.
    @required
    Type: ValidityPeriodType
}

enum ValidityPeriodType {
    END_DATE
    ABSOLUTE
    DAYS
    MONTHS
    YEARS
}

structure IssueCertificateResponse {
    CertificateArn: Arn
}

/// Returns an issued certificate and its chain, as PEM.
@readonly
@waiterAttempts(60)
@waitable(
    CertificateIssued: {
        documentation: "Until the certificate is issued."
        acceptors: [
            {
                state: "success"
                matcher: { success: true }
            }
            {
                state: "retry"
                matcher: { errorType: "RequestInProgressException" }
            }
            {
                state: "failure"
                matcher: { errorType: "AccessDeniedException" }
            }
        ]
        minDelay: 1
    }
)
operation GetCertificate {
    input: GetCertificateRequest
    output: GetCertificateResponse
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        RequestFailedException
        RequestInProgressException
    ]
}

structure GetCertificateRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The ARN of the certificate.
    @required
    CertificateArn: Arn
}

structure GetCertificateResponse {
    Certificate: CertificateBody
    CertificateChain: CertificateChain
}

/// Revokes a certificate that the authority has issued.
operation RevokeCertificate {
    input: RevokeCertificateRequest
    errors: [
        RequestAlreadyProcessedException
        LimitExceededException
        ResourceNotFoundException
        InvalidArnException
        InvalidRequestException
        InvalidStateException
        RequestFailedException
        ConcurrentModificationException
        RequestInProgressException
    ]
}

structure RevokeCertificateRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The serial number of the certificate in hexadecimal; colons may divide it.
    @required
    CertificateSerial: String128

    /// Why the certificate is revoked.
    @required
    RevocationReason: RevocationReason
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

// Audit reports

/// Writes a report of every certificate that the authority has issued or revoked.
operation CreateCertificateAuthorityAuditReport {
    input: CreateCertificateAuthorityAuditReportRequest
    output: CreateCertificateAuthorityAuditReportResponse
    errors: [
        ResourceNotFoundException
        InvalidArgsException
        InvalidArnException
        InvalidStateException
        RequestFailedException
        RequestInProgressException
    ]
}

structure CreateCertificateAuthorityAuditReportRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The bucket for the report.
    @required
    S3BucketName: S3BucketName

    /// The format of the report.
    @required
    AuditReportResponseFormat: AuditReportResponseFormat
}

enum AuditReportResponseFormat {
    JSON
    CSV
}

structure CreateCertificateAuthorityAuditReportResponse {
    AuditReportId: AuditReportId
    S3Key: S3Key
}

/// Shows whether a report is ready, and where it is.
@readonly
@waiterAttempts(60)
@waitable(
    AuditReportCreated: {
        documentation: "Until the report is there."
        acceptors: [
            {
                state: "success"
                matcher: {
                    output: { path: "AuditReportStatus", expected: "SUCCESS", comparator: "stringEquals" }
                }
            }
            {
                state: "failure"
                matcher: {
                    output: { path: "AuditReportStatus", expected: "FAILED", comparator: "stringEquals" }
                }
            }
            {
                state: "failure"
                matcher: { errorType: "AccessDeniedException" }
            }
        ]
        minDelay: 3
    }
)
operation DescribeCertificateAuthorityAuditReport {
    input: DescribeCertificateAuthorityAuditReportRequest
    output: DescribeCertificateAuthorityAuditReportResponse
    errors: [
        ResourceNotFoundException
        InvalidArgsException
        InvalidArnException
    ]
}

structure DescribeCertificateAuthorityAuditReportRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The id of the report, as its creation answered.
    @required
    AuditReportId: AuditReportId
}

structure DescribeCertificateAuthorityAuditReportResponse {
    AuditReportStatus: AuditReportStatus
    S3BucketName: S3BucketName
    S3Key: S3Key
    CreatedAt: TStamp
}

enum AuditReportStatus {
    CREATING
    SUCCESS
    FAILED
}

// Permissions and policies

/// Lets a service use the authority: ACM needs it to renew certificates.
operation CreatePermission {
    input: CreatePermissionRequest
    errors: [
        LimitExceededException
        PermissionAlreadyExistsException
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        RequestFailedException
    ]
}

structure CreatePermissionRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The service that gets the permission: acm.amazonaws.com.
    @required
    Principal: Principal

    /// The account on whose behalf the service acts.
    SourceAccount: AccountId

    /// What the service may do.
    @required
    Actions: ActionList
}

@length(min: 1, max: 3)
list ActionList {
    member: ActionType
}

enum ActionType {
    ISSUE_CERTIFICATE = "IssueCertificate"
    GET_CERTIFICATE = "GetCertificate"
    LIST_PERMISSIONS = "ListPermissions"
}

/// Lists which services may use the authority, a page at a time.
@readonly
@paginated(inputToken: "NextToken", outputToken: "NextToken", pageSize: "MaxResults", items: "Permissions")
operation ListPermissions {
    input: ListPermissionsRequest
    output: ListPermissionsResponse
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        RequestFailedException
        InvalidNextTokenException
    ]
}

structure ListPermissionsRequest {
    /// How many permissions a page holds at most.
    MaxResults: MaxResults

    /// Where the page before ended, as its answer said.
    NextToken: NextToken

    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn
}

structure ListPermissionsResponse {
    NextToken: NextToken
    Permissions: PermissionList
}

@length(min: 0)
list PermissionList {
    member: Permission
}

structure Permission {
    CertificateAuthorityArn: Arn
    CreatedAt: TStamp
    Principal: Principal
    SourceAccount: AccountId
    Actions: ActionList
    Policy: AWSPolicy
}

/// Takes the permission from a service again.
operation DeletePermission {
    input: DeletePermissionRequest
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        RequestFailedException
    ]
}

structure DeletePermissionRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The service that loses the permission: acm.amazonaws.com.
    @required
    Principal: Principal

    /// The account on whose behalf the service acts.
    SourceAccount: AccountId
}

/// Attaches a policy to an authority, in place of the one before: who else may use it.
operation PutPolicy {
    input: PutPolicyRequest
    errors: [
        LockoutPreventedException
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        RequestFailedException
        ConcurrentModificationException
        InvalidPolicyException
    ]
}

structure PutPolicyRequest {
    /// The ARN of the authority.
    @required
    ResourceArn: Arn

    /// The policy, as JSON.
    @required
    Policy: AWSPolicy
}

/// Returns the policy of an authority.
@readonly
operation GetPolicy {
    input: GetPolicyRequest
    output: GetPolicyResponse
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        RequestFailedException
    ]
}

structure GetPolicyRequest {
    /// The ARN of the authority.
    @required
    ResourceArn: Arn
}

structure GetPolicyResponse {
    Policy: AWSPolicy
}

/// Removes the policy of an authority.
operation DeletePolicy {
    input: DeletePolicyRequest
    errors: [
        LockoutPreventedException
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        RequestFailedException
        ConcurrentModificationException
    ]
}

structure DeletePolicyRequest {
    /// The ARN of the authority.
    @required
    ResourceArn: Arn
}

// Tags

/// Adds tags to an authority, or changes the values of tags it has.
operation TagCertificateAuthority {
    input: TagCertificateAuthorityRequest
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        InvalidTagException
        TooManyTagsException
    ]
}

structure TagCertificateAuthorityRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The tags to add: the value of a key that is there already is replaced.
    @required
    Tags: TagList
}

/// Removes tags from an authority.
operation UntagCertificateAuthority {
    input: UntagCertificateAuthorityRequest
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        InvalidTagException
    ]
}

structure UntagCertificateAuthorityRequest {
    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn

    /// The tags to remove; one with a value is removed only if the value is the same.
    @required
    Tags: TagList
}

/// Lists the tags of an authority, a page at a time.
@readonly
@paginated(inputToken: "NextToken", outputToken: "NextToken", pageSize: "MaxResults", items: "Tags")
operation ListTags {
    input: ListTagsRequest
    output: ListTagsResponse
    errors: [
        ResourceNotFoundException
        InvalidArnException
        InvalidStateException
        RequestFailedException
    ]
}

structure ListTagsRequest {
    /// How many tags a page holds at most.
    MaxResults: MaxResults

    /// Where the page before ended, as its answer said.
    NextToken: NextToken

    /// The ARN of the authority.
    @required
    CertificateAuthorityArn: Arn
}

structure ListTagsResponse {
    NextToken: NextToken
    Tags: TagList
}

// What can go wrong: every exception is answered with status 400.

@error("client")
structure CertificateMismatchException {
    message: String
}

@error("client")
structure ConcurrentModificationException {
    message: String
}

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
structure InvalidPolicyException {
    message: String
}

@error("client")
structure InvalidRequestException {
    message: String
}

@error("client")
structure InvalidStateException {
    message: String
}

@error("client")
structure InvalidTagException {
    message: String
}

@error("client")
structure LimitExceededException {
    message: String
}

@error("client")
structure LockoutPreventedException {
    message: String
}

@error("client")
structure MalformedCSRException {
    message: String
}

@error("client")
structure MalformedCertificateException {
    message: String
}

@error("client")
structure PermissionAlreadyExistsException {
    message: String
}

@error("client")
structure RequestAlreadyProcessedException {
    message: String
}

@error("client")
structure RequestFailedException {
    message: String
}

@error("client")
structure RequestInProgressException {
    message: String
}

@error("client")
structure ResourceNotFoundException {
    message: String
}

@error("client")
structure TooManyTagsException {
    message: String
}

// Texts, blobs, numbers and times

@pattern("^[a-zA-Z0-9'()+-.?:/= ]*$")
@length(min: 0, max: 64)
string ASN1PrintableString64

@pattern("^[\\u0009\\u000A\\u000D\\u0020-\\u00FF]+$")
@length(min: 1, max: 81920)
string AWSPolicy

@pattern("^[0-9]+$")
@length(min: 12, max: 12)
string AccountId

@pattern("^arn:[\\w+=/,.@-]+:acm-pca:[\\w+=/,.@-]*:[0-9]*:[\\w+=,.@-]+(/[\\w+=,.@-]+)*$")
@length(min: 5, max: 200)
string Arn

@pattern("^[a-z0-9]{8}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{12}$")
@length(min: 36, max: 36)
string AuditReportId

@pattern("^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$")
@length(min: 1, max: 4096)
string Base64String1To4096

string CertificateBody

string CertificateChain

@pattern("^[-a-zA-Z0-9;/?:@&=+$,%_.!~*()']*$")
@length(min: 0, max: 253)
string CnameString

@pattern("^[A-Za-z]{2}$")
@length(min: 2, max: 2)
string CountryCodeString

@pattern("^[-a-zA-Z0-9;?:@&=+$,%_.!~*()']+(/[-a-zA-Z0-9;?:@&=+$,%_.!~*()']+)*$")
@length(min: 0, max: 253)
string CrlPathString

string CsrBody

@pattern("^([0-2])\\.([0-9]|([0-3][0-9]))((\\.([0-9]+)){0,126})$")
@length(min: 0, max: 64)
string CustomObjectIdentifier

@pattern("^[\\u0009\\u000A\\u000D\\u0020-\\u00FF]*$")
@length(min: 1, max: 36)
string IdempotencyToken

@length(min: 1, max: 43739)
string NextToken

@pattern("^[^*]+$")
@length(min: 0, max: 128)
string Principal

@length(min: 3, max: 63)
string S3BucketName

@pattern("^[-a-zA-Z0-9._/]+$")
@length(min: 3, max: 255)
string S3BucketName3To255

@length(min: 0, max: 1024)
string S3Key

@length(min: 0, max: 128)
string String128

@length(min: 0, max: 16)
string String16

@length(min: 1, max: 256)
string String1To256

@length(min: 0, max: 253)
string String253

@length(min: 0, max: 256)
string String256

@length(min: 0, max: 3)
string String3

@length(min: 0, max: 39)
string String39

@length(min: 0, max: 40)
string String40

@length(min: 0, max: 5)
string String5

@length(min: 0, max: 64)
string String64

@pattern("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$")
@length(min: 1, max: 128)
string TagKey

@pattern("^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)$")
@length(min: 0, max: 256)
string TagValue

@length(min: 1, max: 32768)
blob CertificateBodyBlob

@length(min: 0, max: 2097152)
blob CertificateChainBlob

@length(min: 1, max: 32768)
blob CsrBlob

@range(min: 1, max: 5000)
integer Integer1To5000

@range(min: 1, max: 1000)
integer MaxResults

@range(min: 7, max: 30)
integer PermanentDeletionTimeInDays

@range(min: 1)
long PositiveLong

timestamp TStamp
