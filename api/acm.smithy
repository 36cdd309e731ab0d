$version: "2.0"

// AWS Certificate Manager as Chancery speaks it: every operation, shape and constraint. Facts follow AWS's published
// model of API version 2015-12-08; the sentences are ours. generate.py makes the C structs and tables of it.
//
// Patterns carry their anchors, as Smithy wants: without them a Smithy pattern may match anywhere.
namespace com.amazonaws.acm

use aws.api#service
use aws.auth#sigv4
use aws.protocols#awsJson1_1
use chancery.model#cPrefix
use chancery.model#long
use chancery.model#printsAnchors
use chancery.model#waiterAttempts
use smithy.waiters#waitable

/// Keeps certificates with their private keys.
@cPrefix("acm")
@service(sdkId: "ACM", arnNamespace: "acm", endpointPrefix: "acm")
@sigv4(name: "acm")
@awsJson1_1
@title("AWS Certificate Manager")
service CertificateManager {
    version: "2015-12-08"
    operations: [
        AddTagsToCertificate
        DeleteCertificate
        DescribeCertificate
        ExportCertificate
        GetAccountConfiguration
        GetCertificate
        ImportCertificate
        ListCertificates
        ListTagsForCertificate
        PutAccountConfiguration
        RemoveTagsFromCertificate
        RenewCertificate
        RequestCertificate
        ResendValidationEmail
        RevokeCertificate
        SearchCertificates
        UpdateCertificateOptions
    ]
}

// Importing, reading and deleting

/// Checks a certificate, its private key and its chain, and keeps them; or replaces an imported certificate.
operation ImportCertificate {
    input: ImportCertificateRequest
    output: ImportCertificateResponse
    errors: [
        InvalidParameterException
        TagPolicyException
        TooManyTagsException
        InvalidArnException
        InvalidTagException
        ConflictException
        LimitExceededException
        ResourceNotFoundException
    ]
}

structure ImportCertificateRequest {
    /// The imported certificate to replace; left out, a new one is made.
    CertificateArn: Arn

    /// One certificate, as PEM.
    @required
    Certificate: CertificateBodyBlob

    /// The unencrypted private key of the certificate, as PEM.
    @required
    PrivateKey: PrivateKeyBlob

    /// The issuer's certificate and those above it, as PEM, each certified by the next.
    CertificateChain: CertificateChainBlob

    /// Tags for a new certificate; not allowed when one is replaced.
    Tags: TagList
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

structure ImportCertificateResponse {
    CertificateArn: Arn
}

/// Shows what is known about a certificate, without the certificate itself.
@readonly
@waiterAttempts(5)
@waitable(
    CertificateValidated: {
        documentation: "Until every name of the certificate is validated."
        acceptors: [
            {
                state: "success"
                matcher: {
                    output: {
                        path: "Certificate.DomainValidationOptions[].ValidationStatus"
                        expected: "SUCCESS"
                        comparator: "allStringEquals"
                    }
                }
            }
            {
                state: "retry"
                matcher: {
                    output: {
                        path: "Certificate.DomainValidationOptions[].ValidationStatus"
                        expected: "PENDING_VALIDATION"
                        comparator: "anyStringEquals"
                    }
                }
            }
            {
                state: "failure"
                matcher: {
                    output: { path: "Certificate.Status", expected: "FAILED", comparator: "stringEquals" }
                }
            }
            {
                state: "failure"
                matcher: { errorType: "ResourceNotFoundException" }
            }
        ]
        minDelay: 60
    }
)
operation DescribeCertificate {
    input: DescribeCertificateRequest
    output: DescribeCertificateResponse
    errors: [
        InvalidArnException
        ResourceNotFoundException
    ]
}

structure DescribeCertificateRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn
}

structure DescribeCertificateResponse {
    Certificate: CertificateDetail
}

structure CertificateDetail {
    CertificateArn: Arn
    DomainName: DomainNameString
    SubjectAlternativeNames: DomainList
    ManagedBy: CertificateManagedBy
    DomainValidationOptions: DomainValidationList
    Serial: String
    Subject: String
    Issuer: String
    CreatedAt: TStamp
    IssuedAt: TStamp
    ImportedAt: TStamp
    Status: CertificateStatus
    RevokedAt: TStamp
    RevocationReason: RevocationReason
    NotBefore: TStamp
    NotAfter: TStamp
    KeyAlgorithm: KeyAlgorithm
    SignatureAlgorithm: String
    InUseBy: InUseList
    FailureReason: FailureReason
    Type: CertificateType
    RenewalSummary: RenewalSummary
    KeyUsages: KeyUsageList
    ExtendedKeyUsages: ExtendedKeyUsageList
    CertificateAuthorityArn: Arn
    RenewalEligibility: RenewalEligibility
    Options: CertificateOptions
}

@length(min: 1, max: 100)
list DomainList {
    member: DomainNameString
}

enum CertificateManagedBy {
    CLOUDFRONT
}

@length(min: 1, max: 1000)
list DomainValidationList {
    member: DomainValidation
}

structure DomainValidation {
    @required
    DomainName: DomainNameString
    ValidationEmails: ValidationEmailList
    ValidationDomain: DomainNameString
    ValidationStatus: DomainStatus
    ResourceRecord: ResourceRecord
    HttpRedirect: HttpRedirect
    ValidationMethod: ValidationMethod
}

list ValidationEmailList {
    member: String
}

enum DomainStatus {
    PENDING_VALIDATION
    SUCCESS
    FAILED
}

structure ResourceRecord {
    @required
    Name: String
    @required
    Type: RecordType
    @required
    Value: String
}

enum RecordType {
    CNAME
}

structure HttpRedirect {
    RedirectFrom: String
    RedirectTo: String
}

enum ValidationMethod {
    EMAIL
    DNS
    HTTP
}

enum CertificateStatus {
    PENDING_VALIDATION
    ISSUED
    INACTIVE
    EXPIRED
    VALIDATION_TIMED_OUT
    REVOKED
    FAILED
}

enum RevocationReason {
    UNSPECIFIED
    KEY_COMPROMISE
    CA_COMPROMISE
    AFFILIATION_CHANGED
    SUPERCEDED
    SUPERSEDED
    CESSATION_OF_OPERATION
    CERTIFICATE_HOLD
    REMOVE_FROM_CRL
    PRIVILEGE_WITHDRAWN
    A_A_COMPROMISE
}

enum KeyAlgorithm {
    RSA_1024
    RSA_2048
    RSA_3072
    RSA_4096
    EC_prime256v1
    EC_secp384r1
    EC_secp521r1
}

list InUseList {
    member: String
}

enum FailureReason {
    NO_AVAILABLE_CONTACTS
    ADDITIONAL_VERIFICATION_REQUIRED
    DOMAIN_NOT_ALLOWED
    INVALID_PUBLIC_DOMAIN
    DOMAIN_VALIDATION_DENIED
    CAA_ERROR
    PCA_LIMIT_EXCEEDED
    PCA_INVALID_ARN
    PCA_INVALID_STATE
    PCA_REQUEST_FAILED
    PCA_NAME_CONSTRAINTS_VALIDATION
    PCA_RESOURCE_NOT_FOUND
    PCA_INVALID_ARGS
    PCA_INVALID_DURATION
    PCA_ACCESS_DENIED
    SLR_NOT_FOUND
    OTHER
}

enum CertificateType {
    IMPORTED
    AMAZON_ISSUED
    PRIVATE
}

structure RenewalSummary {
    @required
    RenewalStatus: RenewalStatus
    @required
    DomainValidationOptions: DomainValidationList
    RenewalStatusReason: FailureReason
    @required
    UpdatedAt: TStamp
}

enum RenewalStatus {
    PENDING_AUTO_RENEWAL
    PENDING_VALIDATION
    SUCCESS
    FAILED
}

list KeyUsageList {
    member: KeyUsage
}

structure KeyUsage {
    Name: KeyUsageName
}

enum KeyUsageName {
    DIGITAL_SIGNATURE
    NON_REPUDIATION
    KEY_ENCIPHERMENT
    DATA_ENCIPHERMENT
    KEY_AGREEMENT
    CERTIFICATE_SIGNING
    CRL_SIGNING
    ENCIPHER_ONLY
    DECIPHER_ONLY
    ANY
    CUSTOM
}

list ExtendedKeyUsageList {
    member: ExtendedKeyUsage
}

structure ExtendedKeyUsage {
    Name: ExtendedKeyUsageName
    OID: String
}

enum ExtendedKeyUsageName {
    TLS_WEB_SERVER_AUTHENTICATION
    TLS_WEB_CLIENT_AUTHENTICATION
    CODE_SIGNING
    EMAIL_PROTECTION
    TIME_STAMPING
    OCSP_SIGNING
    IPSEC_END_SYSTEM
    IPSEC_TUNNEL
    IPSEC_USER
    ANY
    NONE
    CUSTOM
}

enum RenewalEligibility {
    ELIGIBLE
    INELIGIBLE
}

structure CertificateOptions {
    /// Whether the certificate is entered in public transparency logs.
    CertificateTransparencyLoggingPreference: CertificateTransparencyLoggingPreference

    /// Whether the private key may be exported.
    Export: CertificateExport
}

enum CertificateTransparencyLoggingPreference {
    ENABLED
    DISABLED
}

enum CertificateExport {
    ENABLED
    DISABLED
}

/// Returns a certificate and its chain as PEM.
@readonly
operation GetCertificate {
    input: GetCertificateRequest
    output: GetCertificateResponse
    errors: [
        InvalidArnException
        RequestInProgressException
        ResourceNotFoundException
    ]
}

structure GetCertificateRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn
}

structure GetCertificateResponse {
    Certificate: CertificateBody
    CertificateChain: CertificateChain
}

/// Returns a certificate, its chain and its private key, the key encrypted under a passphrase.
@long
operation ExportCertificate {
    input: ExportCertificateRequest
    output: ExportCertificateResponse
    errors: [
        InvalidArnException
        ThrottlingException
        RequestInProgressException
        ResourceNotFoundException
    ]
}

structure ExportCertificateRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn

    /// Encrypts the private key in the answer; needed again to read it.
    @required
    Passphrase: PassphraseBlob
}

structure ExportCertificateResponse {
    Certificate: CertificateBody
    CertificateChain: CertificateChain
    PrivateKey: PrivateKey
}

/// Deletes a certificate with its private key and its tags.
operation DeleteCertificate {
    input: DeleteCertificateRequest
    errors: [
        ResourceInUseException
        InvalidArnException
        ThrottlingException
        ConflictException
        AccessDeniedException
        ResourceNotFoundException
    ]
}

structure DeleteCertificateRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn
}

// Finding

/// Lists certificates, a page at a time.
@readonly
@paginated(inputToken: "NextToken", outputToken: "NextToken", pageSize: "MaxItems", items: "CertificateSummaryList")
operation ListCertificates {
    input: ListCertificatesRequest
    output: ListCertificatesResponse
    errors: [
        ValidationException
        InvalidArgsException
    ]
}

structure ListCertificatesRequest {
    /// Only certificates with one of these statuses.
    CertificateStatuses: CertificateStatuses

    /// Only certificates with these properties; without keyTypes, only RSA keys of 1024 and 2048 bits.
    Includes: Filters

    /// Where the page before ended, as its answer said.
    NextToken: NextToken

    /// How many certificates a page holds at most.
    MaxItems: MaxItems

    /// What to sort by; needs SortOrder.
    SortBy: SortBy

    /// The direction of SortBy.
    SortOrder: SortOrder
}

list CertificateStatuses {
    member: CertificateStatus
}

structure Filters {
    /// Certificates with any of these extended key usages.
    extendedKeyUsage: ExtendedKeyUsageFilterList

    /// Certificates with any of these key usages.
    keyUsage: KeyUsageFilterList

    /// Certificates with any of these key algorithms.
    keyTypes: KeyAlgorithmList

    /// Certificates whose private key may, or may not, be exported.
    exportOption: CertificateExport

    /// Certificates managed by this service.
    managedBy: CertificateManagedBy
}

list ExtendedKeyUsageFilterList {
    member: ExtendedKeyUsageName
}

list KeyUsageFilterList {
    member: KeyUsageName
}

list KeyAlgorithmList {
    member: KeyAlgorithm
}

enum SortBy {
    CREATED_AT
}

enum SortOrder {
    ASCENDING
    DESCENDING
}

structure ListCertificatesResponse {
    NextToken: NextToken
    CertificateSummaryList: CertificateSummaryList
}

list CertificateSummaryList {
    member: CertificateSummary
}

structure CertificateSummary {
    CertificateArn: Arn
    DomainName: DomainNameString
    SubjectAlternativeNameSummaries: DomainList
    HasAdditionalSubjectAlternativeNames: NullableBoolean
    Status: CertificateStatus
    Type: CertificateType
    KeyAlgorithm: KeyAlgorithm
    KeyUsages: KeyUsageNames
    ExtendedKeyUsages: ExtendedKeyUsageNames
    ExportOption: CertificateExport
    InUse: NullableBoolean
    Exported: NullableBoolean
    RenewalEligibility: RenewalEligibility
    NotBefore: TStamp
    NotAfter: TStamp
    CreatedAt: TStamp
    IssuedAt: TStamp
    ImportedAt: TStamp
    RevokedAt: TStamp
    ManagedBy: CertificateManagedBy
}

list KeyUsageNames {
    member: KeyUsageName
}

list ExtendedKeyUsageNames {
    member: ExtendedKeyUsageName
}

/// Finds certificates by what they contain and by what is known about them, a page at a time.
@readonly
@long
@paginated(inputToken: "NextToken", outputToken: "NextToken", pageSize: "MaxResults", items: "Results")
operation SearchCertificates {
    input: SearchCertificatesRequest
    output: SearchCertificatesResponse
    errors: [
        ValidationException
        ThrottlingException
        AccessDeniedException
    ]
}

structure SearchCertificatesRequest {
    /// Which certificates to find; left out, all.
    FilterStatement: CertificateFilterStatement

    /// How many certificates a page holds at most.
    MaxResults: SearchMaxResults

    /// Where the page before ended, as its answer said.
    NextToken: NextToken

    /// What to sort by.
    SortBy: SearchCertificatesSortBy

    /// The direction of SortBy.
    SortOrder: SearchCertificatesSortOrder
}

/// A tree of conditions: exactly one member is set at every level.
union CertificateFilterStatement {
    /// All of these hold.
    And: CertificateFilterStatementList

    /// At least one of these holds.
    Or: CertificateFilterStatementList

    /// This does not hold.
    Not: CertificateFilterStatement

    /// One condition.
    Filter: CertificateFilter
}

@length(min: 1, max: 15)
list CertificateFilterStatementList {
    member: CertificateFilterStatement
}

union CertificateFilter {
    /// The certificate with this ARN.
    CertificateArn: Arn

    /// What the certificate contains.
    X509AttributeFilter: X509AttributeFilter

    /// What is known about the certificate.
    AcmCertificateMetadataFilter: AcmCertificateMetadataFilter
}

union X509AttributeFilter {
    /// The subject.
    Subject: SubjectFilter

    /// One of the alternative names.
    SubjectAlternativeName: SubjectAlternativeNameFilter

    /// One of the extended key usages.
    ExtendedKeyUsage: ExtendedKeyUsageName

    /// One of the key usages.
    KeyUsage: KeyUsageName

    /// The algorithm of the key.
    KeyAlgorithm: KeyAlgorithm

    /// The serial number.
    SerialNumber: SerialNumber

    /// The end of validity lies in this range.
    NotAfter: TimestampRange

    /// The beginning of validity lies in this range.
    NotBefore: TimestampRange
}

union SubjectFilter {
    /// The common name.
    CommonName: CommonNameFilter
}

structure CommonNameFilter {
    /// The text to compare with.
    @required
    Value: FilterString

    /// How to compare.
    @required
    ComparisonOperator: ComparisonOperator
}

enum ComparisonOperator {
    CONTAINS
    EQUALS
}

union SubjectAlternativeNameFilter {
    /// A DNS name.
    DnsName: DnsNameFilter
}

structure DnsNameFilter {
    /// The text to compare with.
    @required
    Value: FilterString

    /// How to compare.
    @required
    ComparisonOperator: ComparisonOperator
}

structure TimestampRange {
    /// The first moment of the range; left out, it has no beginning.
    Start: TStamp

    /// The last moment of the range; left out, it has no end.
    End: TStamp
}

union AcmCertificateMetadataFilter {
    /// The status.
    Status: CertificateStatus

    /// The status of the renewal.
    RenewalStatus: RenewalStatus

    /// Where the certificate comes from.
    Type: CertificateType

    /// Whether a service uses the certificate.
    InUse: NullableBoolean

    /// Whether the private key has been exported.
    Exported: NullableBoolean

    /// Whether the private key may be exported.
    ExportOption: CertificateExport

    /// The service that manages the certificate.
    ManagedBy: CertificateManagedBy

    /// How the names were validated.
    ValidationMethod: ValidationMethod
}

enum SearchCertificatesSortBy {
    CREATED_AT
    NOT_AFTER
    STATUS
    RENEWAL_STATUS
    EXPORTED
    IN_USE
    NOT_BEFORE
    KEY_ALGORITHM
    TYPE
    CERTIFICATE_ARN
    COMMON_NAME
    REVOKED_AT
    RENEWAL_ELIGIBILITY
    ISSUED_AT
    MANAGED_BY
    EXPORT_OPTION
    VALIDATION_METHOD
    IMPORTED_AT
}

enum SearchCertificatesSortOrder {
    ASCENDING
    DESCENDING
}

structure SearchCertificatesResponse {
    Results: CertificateSearchResultList
    NextToken: NextToken
}

list CertificateSearchResultList {
    member: CertificateSearchResult
}

structure CertificateSearchResult {
    CertificateArn: Arn
    X509Attributes: X509Attributes
    CertificateMetadata: CertificateMetadata
}

structure X509Attributes {
    Issuer: DistinguishedName
    Subject: DistinguishedName
    SubjectAlternativeNames: GeneralNameList
    ExtendedKeyUsages: ExtendedKeyUsageNames
    KeyAlgorithm: KeyAlgorithm
    KeyUsages: KeyUsageNames
    SerialNumber: SerialNumber
    NotAfter: TStamp
    NotBefore: TStamp
}

structure DistinguishedName {
    CommonName: String
    DomainComponents: DomainComponentList
    Country: String
    CustomAttributes: CustomAttributeList
    DistinguishedNameQualifier: String
    GenerationQualifier: String
    GivenName: String
    Initials: String
    Locality: String
    Organization: String
    OrganizationalUnit: String
    Pseudonym: String
    SerialNumber: String
    State: String
    Surname: String
    Title: String
}

list DomainComponentList {
    member: String
}

list CustomAttributeList {
    member: CustomAttribute
}

structure CustomAttribute {
    ObjectIdentifier: String
    Value: String
}

list GeneralNameList {
    member: GeneralName
}

union GeneralName {
    DirectoryName: DistinguishedName
    DnsName: String
    IpAddress: String
    OtherName: OtherName
    RegisteredId: String
    Rfc822Name: String
    UniformResourceIdentifier: String
}

structure OtherName {
    ObjectIdentifier: String
    Value: String
}

union CertificateMetadata {
    AcmCertificateMetadata: AcmCertificateMetadata
}

structure AcmCertificateMetadata {
    CreatedAt: TStamp
    Exported: NullableBoolean
    ImportedAt: TStamp
    InUse: NullableBoolean
    IssuedAt: TStamp
    RenewalEligibility: RenewalEligibility
    RevokedAt: TStamp
    Status: CertificateStatus
    RenewalStatus: RenewalStatus
    Type: CertificateType
    ExportOption: CertificateExport
    ManagedBy: CertificateManagedBy
    ValidationMethod: ValidationMethod
}

// Tags

/// Adds tags to a certificate, or changes the values of tags it has.
operation AddTagsToCertificate {
    input: AddTagsToCertificateRequest
    errors: [
        InvalidParameterException
        TagPolicyException
        TooManyTagsException
        InvalidArnException
        ThrottlingException
        InvalidTagException
        ResourceNotFoundException
    ]
}

structure AddTagsToCertificateRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn

    /// The tags to add: the value of a key that is there already is replaced.
    @required
    Tags: TagList
}

/// Removes tags from a certificate.
operation RemoveTagsFromCertificate {
    input: RemoveTagsFromCertificateRequest
    errors: [
        InvalidParameterException
        TagPolicyException
        InvalidArnException
        ThrottlingException
        InvalidTagException
        ResourceNotFoundException
    ]
}

structure RemoveTagsFromCertificateRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn

    /// The tags to remove; one with a value is removed only if the value is the same.
    @required
    Tags: TagList
}

/// Lists the tags of a certificate.
@readonly
operation ListTagsForCertificate {
    input: ListTagsForCertificateRequest
    output: ListTagsForCertificateResponse
    errors: [
        InvalidArnException
        ResourceNotFoundException
    ]
}

structure ListTagsForCertificateRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn
}

structure ListTagsForCertificateResponse {
    Tags: TagList
}

// Requested certificates

/// Asks for a new certificate.
@long
operation RequestCertificate {
    input: RequestCertificateRequest
    output: RequestCertificateResponse
    errors: [
        InvalidParameterException
        TagPolicyException
        TooManyTagsException
        InvalidArnException
        InvalidTagException
        InvalidDomainValidationOptionsException
        LimitExceededException
    ]
}

structure RequestCertificateRequest {
    /// The name to certify; a first label of * stands for any.
    @required
    DomainName: DomainNameString

    /// How to prove that the names are yours.
    ValidationMethod: ValidationMethod

    /// Further names to certify.
    SubjectAlternativeNames: DomainList

    /// Names this request, so that sent twice within an hour it makes one certificate.
    IdempotencyToken: IdempotencyToken

    /// Where to send validation e-mail for each name.
    DomainValidationOptions: DomainValidationOptionList

    /// Transparency logging, and whether the key may be exported.
    Options: CertificateOptions

    /// The private authority that shall issue the certificate.
    CertificateAuthorityArn: PcaArn

    /// Tags for the certificate.
    Tags: TagList

    /// The algorithm of the key pair to make.
    KeyAlgorithm: KeyAlgorithm

    /// The service that shall manage the certificate.
    ManagedBy: CertificateManagedBy
}

@length(min: 1, max: 100)
list DomainValidationOptionList {
    member: DomainValidationOption
}

structure DomainValidationOption {
    /// A name of the request.
    @required
    DomainName: DomainNameString

    /// The domain that gets the e-mail: the name itself or one above it.
    @required
    ValidationDomain: DomainNameString
}

structure RequestCertificateResponse {
    CertificateArn: Arn
}

/// Sends the validation e-mail of a requested certificate once more.
operation ResendValidationEmail {
    input: ResendValidationEmailRequest
    errors: [
        InvalidArnException
        InvalidDomainValidationOptionsException
        InvalidStateException
        ResourceNotFoundException
    ]
}

structure ResendValidationEmailRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn

    /// The name of the certificate that is to be validated.
    @required
    Domain: DomainNameString

    /// The domain that gets the e-mail: the name itself or one above it.
    @required
    ValidationDomain: DomainNameString
}

/// Changes the options of a requested certificate.
operation UpdateCertificateOptions {
    input: UpdateCertificateOptionsRequest
    errors: [
        InvalidArnException
        LimitExceededException
        InvalidStateException
        ResourceNotFoundException
    ]
}

structure UpdateCertificateOptionsRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn

    /// The options to set.
    @required
    Options: CertificateOptions
}

/// Renews a certificate that a private authority has issued.
@long
operation RenewCertificate {
    input: RenewCertificateRequest
    errors: [
        InvalidArnException
        RequestInProgressException
        ResourceNotFoundException
    ]
}

structure RenewCertificateRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn
}

/// Revokes a certificate that has been exported.
operation RevokeCertificate {
    input: RevokeCertificateRequest
    output: RevokeCertificateResponse
    errors: [
        ResourceInUseException
        InvalidArnException
        ThrottlingException
        ConflictException
        AccessDeniedException
        ResourceNotFoundException
    ]
}

structure RevokeCertificateRequest {
    /// The ARN of the certificate.
    @required
    CertificateArn: Arn

    /// Why the certificate is revoked.
    @required
    RevocationReason: RevocationReason
}

structure RevokeCertificateResponse {
    CertificateArn: Arn
}

// The account

/// Shows the settings of the account.
@readonly
operation GetAccountConfiguration {
    output: GetAccountConfigurationResponse
    errors: [
        ThrottlingException
        AccessDeniedException
    ]
}

structure GetAccountConfigurationResponse {
    ExpiryEvents: ExpiryEventsConfiguration
}

structure ExpiryEventsConfiguration {
    /// How many days before expiry the announcements begin.
    DaysBeforeExpiry: PositiveInteger
}

/// Changes the settings of the account.
operation PutAccountConfiguration {
    input: PutAccountConfigurationRequest
    errors: [
        ValidationException
        ThrottlingException
        ConflictException
        AccessDeniedException
    ]
}

structure PutAccountConfigurationRequest {
    /// When to announce that certificates are about to expire.
    ExpiryEvents: ExpiryEventsConfiguration

    /// Names this change, so that the same request sent twice is carried out once.
    @required
    IdempotencyToken: IdempotencyToken
}

// What can go wrong: every exception is answered with status 400.

@error("client")
structure AccessDeniedException {
    Message: ServiceErrorMessage
}

@error("client")
structure ConflictException {
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
structure InvalidDomainValidationOptionsException {
    message: String
}

@error("client")
structure InvalidParameterException {
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
structure RequestInProgressException {
    message: String
}

@error("client")
structure ResourceInUseException {
    message: String
}

@error("client")
structure ResourceNotFoundException {
    message: String
}

@error("client")
structure TagPolicyException {
    message: String
}

@error("client")
structure ThrottlingException {
    message: AvailabilityErrorMessage
    throttlingReasons: ThrottlingReasonList
}

list ThrottlingReasonList {
    member: ThrottlingReason
}

structure ThrottlingReason {
    reason: CoralAvailabilityThrottlingReason
    resource: CoralAvailabilityThrottledResource
}

@error("client")
structure TooManyTagsException {
    message: String
}

@error("client")
structure ValidationException {
    message: ValidationExceptionMessage
}

// Texts, blobs, numbers and times

@pattern("^arn:[\\w+=/,.@-]+:acm:[\\w+=/,.@-]*:[0-9]+:[\\w+=,.@-]+(/[\\w+=,.@-]+)*$")
@length(min: 20, max: 2048)
string Arn

string AvailabilityErrorMessage

@pattern("^-{5}BEGIN CERTIFICATE-{5}\\u000D?\\u000A([A-Za-z0-9/+]{64}\\u000D?\\u000A)*[A-Za-z0-9/+]{1,64}={0,2}\\u000D?\\u000A-{5}END CERTIFICATE-{5}(\\u000D?\\u000A)?$")
@length(min: 1, max: 32768)
string CertificateBody

@pattern("^(-{5}BEGIN CERTIFICATE-{5}\\u000D?\\u000A([A-Za-z0-9/+]{64}\\u000D?\\u000A)*[A-Za-z0-9/+]{1,64}={0,2}\\u000D?\\u000A-{5}END CERTIFICATE-{5}\\u000D?\\u000A)*-{5}BEGIN CERTIFICATE-{5}\\u000D?\\u000A([A-Za-z0-9/+]{64}\\u000D?\\u000A)*[A-Za-z0-9/+]{1,64}={0,2}\\u000D?\\u000A-{5}END CERTIFICATE-{5}(\\u000D?\\u000A)?$")
@length(min: 1, max: 2097152)
string CertificateChain

string CoralAvailabilityThrottledResource

string CoralAvailabilityThrottlingReason

@printsAnchors
@pattern("^(\\*\\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])$")
@length(min: 1, max: 253)
string DomainNameString

@length(min: 1, max: 256)
string FilterString

@pattern("^\\w+$")
@length(min: 1, max: 32)
string IdempotencyToken

@pattern("^[\\u0009\\u000A\\u000D\\u0020-\\u00FF]*$")
@length(min: 1, max: 10000)
string NextToken

@pattern("^arn:[\\w+=/,.@-]+:acm-pca:[\\w+=/,.@-]*:[0-9]+:[\\w+=,.@-]+(/[\\w+=,.@-]+)*$")
@length(min: 20, max: 2048)
string PcaArn

@sensitive
@pattern("^-{5}BEGIN PRIVATE KEY-{5}\\u000D?\\u000A([A-Za-z0-9/+]{64}\\u000D?\\u000A)*[A-Za-z0-9/+]{1,64}={0,2}\\u000D?\\u000A-{5}END PRIVATE KEY-{5}(\\u000D?\\u000A)?$")
@length(min: 1, max: 524288)
string PrivateKey

@pattern("^[0-9a-f]{2}(:[0-9a-f]{2}){1,19}$")
@length(min: 2, max: 59)
string SerialNumber

string ServiceErrorMessage

@pattern("^[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*$")
@length(min: 1, max: 128)
string TagKey

@pattern("^[\\p{L}\\p{Z}\\p{N}_.:\\/=+\\-@]*$")
@length(min: 0, max: 256)
string TagValue

string ValidationExceptionMessage

@length(min: 1, max: 32768)
blob CertificateBodyBlob

@length(min: 1, max: 2097152)
blob CertificateChainBlob

@sensitive
@length(min: 4, max: 128)
blob PassphraseBlob

@sensitive
@length(min: 1, max: 5120)
blob PrivateKeyBlob

@range(min: 1, max: 1000)
integer MaxItems

@range(min: 1)
integer PositiveInteger

@range(min: 1, max: 500)
integer SearchMaxResults

boolean NullableBoolean

timestamp TStamp
