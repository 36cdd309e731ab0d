"""The main job, through boto3: certificates imported, replaced, described, found, tagged, fetched and deleted."""
import base64
import datetime
import itertools

import botocore.exceptions
import pki
import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, ObjectIdentifier

ALL_KEY_TYPES = pki.KEY_ALGORITHMS
OUTPUT_SPELLING = {'RSA_1024': 'RSA-1024', 'RSA_2048': 'RSA-2048', 'RSA_3072': 'RSA-3072', 'RSA_4096': 'RSA-4096',
                   'EC_prime256v1': 'EC-prime256v1', 'EC_secp384r1': 'EC-secp384r1', 'EC_secp521r1': 'EC-secp521r1'}
counter = itertools.count()


@pytest.fixture
def acm(server):
    """A client in a region of its own: an empty shelf in the shared server."""
    letters = ''.join(chr(ord('a') + int(d)) for d in f'{next(counter):04d}')
    return server.boto(region=f'xx-{letters}-1')


def import_leaf(acm, leaf, **more):
    return acm.import_certificate(**leaf.arguments(**more))['CertificateArn']


def refusal(call, **arguments):
    """The code and message that an operation answers with."""
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        call(**arguments)
    assert caught.value.response['ResponseMetadata']['HTTPStatusCode'] == 400
    assert caught.value.response['ResponseMetadata']['RequestId']
    return caught.value.response['Error']['Code'], caught.value.response['Error']['Message']


def utc(moment):
    return moment.replace(tzinfo=datetime.timezone.utc)


@pytest.mark.parametrize('algorithm', ALL_KEY_TYPES)
def test_every_key_type_comes_back_as_it_went_in(acm, algorithm):
    leaf = pki.leaf(f'{algorithm.lower().replace("_", "-")}.example.com', algorithm=algorithm)
    before = datetime.datetime.now(datetime.timezone.utc)
    arn = import_leaf(acm, leaf)
    got = acm.get_certificate(CertificateArn=arn)
    assert got['Certificate'].encode() == leaf.pem
    assert got['CertificateChain'].encode() == leaf.chain_pem
    described = acm.describe_certificate(CertificateArn=arn)['Certificate']
    assert described['KeyAlgorithm'] == OUTPUT_SPELLING[algorithm]
    assert described['CreatedAt'] == described['ImportedAt']
    # Millisecond precision may cut up to a millisecond off.
    assert before - datetime.timedelta(milliseconds=1) <= described['ImportedAt'] <= datetime.datetime.now(
        datetime.timezone.utc)


def test_describe_shows_what_aws_shows(acm):
    leaf = pki.authority('RSA_2048').issue(
        pki.name(C='AU', ST='Some-State', L='Some-Locality', O='Shop Ltd', OU='Testing', CN='shop.example.com'),
        key='RSA_2048', names=['shop.example.com', '*.shop.example.com', '192.0.2.1'], serial=1001,
        usage={'digital_signature', 'key_encipherment'},
        extended=[ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH, ObjectIdentifier('1.2.3.4')])
    arn = import_leaf(acm, leaf)
    described = acm.describe_certificate(CertificateArn=arn)['Certificate']
    for when in ('CreatedAt', 'ImportedAt'):
        assert isinstance(described.pop(when), datetime.datetime)
    assert described == {
        'CertificateArn': arn,
        'DomainName': 'shop.example.com',
        'SubjectAlternativeNames': ['shop.example.com', '*.shop.example.com'],
        'DomainValidationOptions': [{'DomainName': 'shop.example.com'}, {'DomainName': '*.shop.example.com'}],
        'Serial': '03:e9',
        'Subject': 'C=AU,ST=Some-State,L=Some-Locality,O=Shop Ltd,OU=Testing,CN=shop.example.com',
        'Issuer': 'Example Trust',
        'Status': 'ISSUED',
        'Type': 'IMPORTED',
        'NotBefore': utc(leaf.certificate.not_valid_before),
        'NotAfter': utc(leaf.certificate.not_valid_after),
        'KeyAlgorithm': 'RSA-2048',
        'SignatureAlgorithm': 'SHA256WITHRSA',
        'InUseBy': [],
        'KeyUsages': [{'Name': 'DIGITAL_SIGNATURE'}, {'Name': 'KEY_ENCIPHERMENT'}],
        'ExtendedKeyUsages': [
            {'Name': 'TLS_WEB_SERVER_AUTHENTICATION', 'OID': '1.3.6.1.5.5.7.3.1'},
            {'Name': 'TLS_WEB_CLIENT_AUTHENTICATION', 'OID': '1.3.6.1.5.5.7.3.2'},
            {'Name': 'CUSTOM', 'OID': '1.2.3.4'}],
        'RenewalEligibility': 'INELIGIBLE',
        'Options': {'CertificateTransparencyLoggingPreference': 'DISABLED', 'Export': 'DISABLED'},
    }


def test_a_self_signed_certificate_needs_no_chain(acm):
    own = pki.issue('localhost', key='RSA_2048', names=['localhost'])
    arn = import_leaf(acm, own)
    described = acm.describe_certificate(CertificateArn=arn)['Certificate']
    assert described['Issuer'] == 'localhost'
    assert described['KeyUsages'] == [{'Name': 'ANY'}]
    assert described['ExtendedKeyUsages'] == [{'Name': 'NONE'}]
    got = acm.get_certificate(CertificateArn=arn)
    assert got['Certificate'].encode() == own.pem
    assert 'CertificateChain' not in got


def test_two_imports_are_two_certificates(acm):
    leaf = pki.leaf()
    assert import_leaf(acm, leaf) != import_leaf(acm, leaf)


def test_a_replacement_keeps_arn_creation_and_tags(acm):
    first = pki.leaf('one.example.com')
    second = pki.leaf('two.example.com', key=pki.shared_key('EC_prime256v1', 7))
    arn = import_leaf(acm, first, Tags=[{'Key': 'team', 'Value': 'shop'}])
    before = acm.describe_certificate(CertificateArn=arn)['Certificate']
    assert import_leaf(acm, second, CertificateArn=arn) == arn
    after = acm.describe_certificate(CertificateArn=arn)['Certificate']
    assert after['CreatedAt'] == before['CreatedAt']
    assert after['ImportedAt'] > before['ImportedAt']
    assert after['DomainName'] == 'two.example.com'
    assert acm.get_certificate(CertificateArn=arn)['Certificate'].encode() == second.pem
    assert acm.list_tags_for_certificate(CertificateArn=arn)['Tags'] == [{'Key': 'team', 'Value': 'shop'}]


def test_a_replacement_may_not_lose_what_services_rely_on(acm):
    arn = import_leaf(acm, pki.leaf('a.example.com'))
    code, words = refusal(acm.import_certificate, **pki.leaf('a.example.com', usage={'digital_signature'}).arguments(
        CertificateArn=arn))
    assert code == 'ValidationException'
    assert words.startswith('New certificate is missing one or more Key Usages supported by the currently imported '
                            'certificate')
    code, words = refusal(acm.import_certificate, **pki.leaf('a.example.com', algorithm='EC_secp384r1').arguments(
        CertificateArn=arn))
    assert code == 'ValidationException'
    code, _ = refusal(acm.import_certificate, **pki.leaf('a.example.com').arguments(
        CertificateArn=arn, Tags=[{'Key': 'a'}]))
    assert code == 'InvalidParameterException'
    assert acm.describe_certificate(CertificateArn=arn)['Certificate']['KeyAlgorithm'] == 'EC-prime256v1'


def test_lists_show_rsa_by_default_and_everything_on_request(acm):
    arns = {algorithm: import_leaf(acm, pki.leaf('list.example.com', algorithm=algorithm))
            for algorithm in ('RSA_1024', 'RSA_2048', 'RSA_4096', 'EC_prime256v1')}

    def listed(**arguments):
        return {s['CertificateArn'] for s in acm.list_certificates(**arguments)['CertificateSummaryList']}

    assert listed() == {arns['RSA_1024'], arns['RSA_2048']}
    assert listed(Includes={'keyTypes': ALL_KEY_TYPES}) == set(arns.values())
    assert listed(Includes={'keyTypes': ['EC_prime256v1', 'RSA_4096']}) == {arns['EC_prime256v1'], arns['RSA_4096']}
    assert listed(CertificateStatuses=['EXPIRED']) == set()
    assert listed(Includes={'keyTypes': ['RSA_2048'], 'keyUsage': ['CRL_SIGNING']}) == set()
    assert listed(Includes={'keyTypes': ['RSA_2048'], 'extendedKeyUsage': ['TLS_WEB_CLIENT_AUTHENTICATION']}) == {
        arns['RSA_2048']}
    assert listed(Includes={'keyTypes': ['RSA_2048'], 'exportOption': 'ENABLED'}) == set()


def test_a_summary_shows_what_aws_shows(acm):
    leaf = pki.leaf('sum.example.com', algorithm='RSA_2048', names=['sum.example.com', 'two.example.com'])
    arn = import_leaf(acm, leaf)
    summary, = acm.list_certificates()['CertificateSummaryList']
    for when in ('CreatedAt', 'ImportedAt'):
        assert isinstance(summary.pop(when), datetime.datetime)
    assert summary == {
        'CertificateArn': arn,
        'DomainName': 'sum.example.com',
        'SubjectAlternativeNameSummaries': ['sum.example.com', 'two.example.com'],
        'HasAdditionalSubjectAlternativeNames': False,
        'Status': 'ISSUED',
        'Type': 'IMPORTED',
        'KeyAlgorithm': 'RSA-2048',
        'KeyUsages': ['DIGITAL_SIGNATURE', 'KEY_ENCIPHERMENT'],
        'ExtendedKeyUsages': ['TLS_WEB_SERVER_AUTHENTICATION', 'TLS_WEB_CLIENT_AUTHENTICATION'],
        'ExportOption': 'DISABLED',
        'InUse': False,
        'RenewalEligibility': 'INELIGIBLE',
        'NotBefore': utc(leaf.certificate.not_valid_before),
        'NotAfter': utc(leaf.certificate.not_valid_after),
    }


def test_pages_hold_everything_once_and_in_order(acm):
    leaf = pki.leaf('page.example.com', algorithm='RSA_2048')
    arns = [import_leaf(acm, leaf) for _ in range(7)]
    for order, expected in (('ASCENDING', arns), ('DESCENDING', arns[::-1])):
        pages = list(acm.get_paginator('list_certificates').paginate(
            SortBy='CREATED_AT', SortOrder=order, PaginationConfig={'PageSize': 3}))
        assert [len(p['CertificateSummaryList']) for p in pages] == [3, 3, 1]
        assert [s['CertificateArn'] for p in pages for s in p['CertificateSummaryList']] == expected
    assert refusal(acm.list_certificates, NextToken='nonsense')[0] == 'InvalidArgsException'
    assert refusal(acm.list_certificates, SortBy='CREATED_AT')[0] == 'ValidationException'


def test_search_finds_by_name_serial_and_state(acm):
    shop = import_leaf(acm, pki.leaf('shop.example.com', serial=0xabcdef0123))
    mail = import_leaf(acm, pki.leaf('mail.example.org', algorithm='RSA_2048'))

    def found(**statement):
        return [r['CertificateArn'] for r in acm.search_certificates(FilterStatement=statement)['Results']]

    def attribute(**value):
        return {'Filter': {'X509AttributeFilter': value}}

    common_name = {'CommonName': {'Value': 'example.com', 'ComparisonOperator': 'CONTAINS'}}
    exact = {'DnsName': {'Value': 'MAIL.example.org', 'ComparisonOperator': 'EQUALS'}}
    assert found(**attribute(Subject=common_name)) == [shop]
    assert found(**attribute(SubjectAlternativeName=exact)) == [mail]
    assert found(**attribute(SerialNumber='ab:cd:ef:01:23')) == [shop]
    assert found(**attribute(KeyAlgorithm='RSA_2048')) == [mail]
    assert found(Not=attribute(KeyAlgorithm='RSA_2048')) == [shop]
    assert found(And=[attribute(KeyAlgorithm='RSA_2048'), attribute(Subject=common_name)]) == []
    assert sorted(found(Or=[attribute(KeyAlgorithm='RSA_2048'), attribute(Subject=common_name)])) == sorted([shop, mail])
    assert sorted(found(Filter={'AcmCertificateMetadataFilter': {'Status': 'ISSUED'}})) == sorted([shop, mail])
    assert found(Filter={'AcmCertificateMetadataFilter': {'InUse': True}}) == []
    soon = {'Start': pki.NOW, 'End': pki.NOW + 400 * pki.DAY}
    assert sorted(found(**attribute(NotAfter=soon))) == sorted([shop, mail])
    assert found(Filter={'CertificateArn': shop}) == [shop]


def test_search_results_take_the_certificate_apart(acm):
    leaf = pki.authority('RSA_2048').issue(pki.name(O='Shop Ltd', CN='shop.example.com'), key='RSA_2048', serial=1001,
                                           names=['shop.example.com', '192.0.2.1'], usage={'digital_signature'},
                                           extended=[ExtendedKeyUsageOID.SERVER_AUTH])
    arn = import_leaf(acm, leaf)
    result, = acm.search_certificates()['Results']
    assert result['CertificateArn'] == arn
    attributes = result['X509Attributes']
    assert attributes['Subject'] == {'CommonName': 'shop.example.com', 'Organization': 'Shop Ltd'}
    assert attributes['Issuer'] == {'CommonName': 'Example Issuing CA', 'Organization': 'Example Trust'}
    assert {'DnsName': 'shop.example.com'} in attributes['SubjectAlternativeNames']
    assert {'IpAddress': '192.0.2.1'} in attributes['SubjectAlternativeNames']
    assert attributes['SerialNumber'] == '03:e9'
    assert attributes['KeyAlgorithm'] == 'RSA_2048'
    assert attributes['NotAfter'] == utc(leaf.certificate.not_valid_after)
    metadata = result['CertificateMetadata']['AcmCertificateMetadata']
    assert metadata['Status'] == 'ISSUED' and metadata['Type'] == 'IMPORTED' and metadata['InUse'] is False


def test_search_orders_key_algorithms_by_their_names(acm):
    for algorithm in ('RSA_2048', 'EC_secp384r1', 'RSA_1024', 'EC_prime256v1'):
        import_leaf(acm, pki.issue('order.example.com', key=algorithm))

    def order(direction):
        results = acm.search_certificates(SortBy='KEY_ALGORITHM', SortOrder=direction)['Results']
        return [r['X509Attributes']['KeyAlgorithm'] for r in results]

    assert order('ASCENDING') == ['EC_prime256v1', 'EC_secp384r1', 'RSA_1024', 'RSA_2048']
    assert order('DESCENDING') == ['RSA_2048', 'RSA_1024', 'EC_secp384r1', 'EC_prime256v1']


def test_tags_are_added_changed_listed_and_removed(acm):
    arn = import_leaf(acm, pki.leaf(), Tags=[{'Key': 'a', 'Value': '1'}, {'Key': 'bare'}])

    def tags():
        return {t['Key']: t.get('Value') for t in acm.list_tags_for_certificate(CertificateArn=arn)['Tags']}

    assert tags() == {'a': '1', 'bare': None}
    acm.add_tags_to_certificate(CertificateArn=arn, Tags=[{'Key': 'a', 'Value': '2'}, {'Key': 'é', 'Value': ''}])
    assert tags() == {'a': '2', 'bare': None, 'é': ''}
    acm.remove_tags_from_certificate(CertificateArn=arn, Tags=[{'Key': 'a', 'Value': 'other'}, {'Key': 'none'}])
    assert tags() == {'a': '2', 'bare': None, 'é': ''}
    acm.remove_tags_from_certificate(CertificateArn=arn, Tags=[{'Key': 'a', 'Value': '2'}, {'Key': 'é'}])
    assert tags() == {'bare': None}
    code, _ = refusal(acm.add_tags_to_certificate, CertificateArn=arn,
                      Tags=[{'Key': f'k{i}'} for i in range(50)])
    assert code == 'TooManyTagsException'
    assert tags() == {'bare': None}


def test_a_deleted_certificate_is_gone_everywhere(acm):
    arn = import_leaf(acm, pki.leaf(algorithm='RSA_2048'))
    acm.delete_certificate(CertificateArn=arn)
    for operation in (acm.describe_certificate, acm.get_certificate, acm.delete_certificate,
                      acm.list_tags_for_certificate):
        code, words = refusal(operation, CertificateArn=arn)
        assert code == 'ResourceNotFoundException' and arn in words
    assert acm.list_certificates()['CertificateSummaryList'] == []
    assert acm.search_certificates()['Results'] == []


def test_regions_are_shelves_of_their_own(server, acm):
    arn = import_leaf(acm, pki.leaf(algorithm='RSA_2048'))
    elsewhere = server.boto(region='yy-elsewhere-1')
    assert elsewhere.list_certificates()['CertificateSummaryList'] == []
    assert refusal(elsewhere.describe_certificate, CertificateArn=arn)[0] == 'ResourceNotFoundException'


def test_what_an_imported_certificate_cannot_do(acm):
    arn = import_leaf(acm, pki.leaf())
    assert refusal(acm.export_certificate, CertificateArn=arn, Passphrase=b'secret')[0] == 'ValidationException'
    assert refusal(acm.renew_certificate, CertificateArn=arn)[0] == 'ValidationException'
    assert refusal(acm.revoke_certificate, CertificateArn=arn, RevocationReason='UNSPECIFIED')[0] == 'ValidationException'
    assert refusal(acm.resend_validation_email, CertificateArn=arn, Domain='www.example.com',
                   ValidationDomain='example.com')[0] == 'InvalidStateException'
    assert refusal(acm.update_certificate_options, CertificateArn=arn,
                   Options={'CertificateTransparencyLoggingPreference': 'ENABLED'})[0] == 'InvalidStateException'
    code, words = refusal(acm.request_certificate, DomainName='www.example.com')
    assert code == 'InvalidStateException' and len(words) > 40


def test_account_configuration_is_kept(acm):
    assert acm.get_account_configuration()['ExpiryEvents'] == {'DaysBeforeExpiry': 45}
    acm.put_account_configuration(IdempotencyToken='one', ExpiryEvents={'DaysBeforeExpiry': 30})
    assert acm.get_account_configuration()['ExpiryEvents'] == {'DaysBeforeExpiry': 30}


@pytest.mark.parametrize('arguments, first_words', [
    (lambda leaf: leaf.arguments(PrivateKey=pki.new_key_pem()), 'The private key does not match the public key'),
    (lambda leaf: leaf.arguments(Certificate=leaf.pem + leaf.issuer.pem),
     'The certificate field contains more than one certificate.'),
    (lambda leaf: {'Certificate': leaf.pem, 'PrivateKey': leaf.key_pem},
     'Provided certificate is not a valid self signed. Please provide either a valid self-signed certificate or '
     'certificate chain.'),
    (lambda leaf: leaf.arguments(CertificateChain=pki.issue('Stranger', ca=True).pem),
     'Could not validate the certificate with the certificate chain.'),
    (lambda leaf: leaf.arguments(PrivateKey=leaf.pem), 'Passed PEM was not a private key.'),
], ids=['another key', 'two certificates', 'no chain', 'a stranger\'s chain', 'no key'])
def test_a_refused_import_says_why_and_leaves_nothing(acm, arguments, first_words):
    code, words = refusal(acm.import_certificate, **arguments(pki.leaf()))
    assert code == 'ValidationException'
    assert words.startswith(first_words)
    assert acm.search_certificates()['Results'] == []


def test_pem_that_a_client_took_for_base64_is_explained(acm):
    """What `--certificate file://…` of the AWS CLI's version 2 sends: its decoder drops what is no base64."""
    leaf = pki.leaf()
    mangled = base64.b64decode(leaf.pem + b'===')
    assert base64.b64encode(mangled).startswith(b'BEGINCERTIFICATE')
    code, words = refusal(acm.import_certificate, **leaf.arguments(Certificate=mangled))
    assert code == 'ValidationException' and 'fileb://' in words


def test_an_expired_and_a_future_certificate_are_refused(acm):
    old = pki.leaf(not_before=pki.NOW - 9 * pki.DAY, not_after=pki.NOW - pki.DAY)
    new = pki.leaf(not_before=pki.NOW + pki.DAY)
    assert refusal(acm.import_certificate, **old.arguments())[1].startswith('The certificate has expired, is not valid.')
    assert refusal(acm.import_certificate, **new.arguments())[1].startswith(
        'The certificate is not in effect yet, is not valid.')


def test_wrong_keys_and_arns(server, acm):
    stranger = server.boto(access_key='AKIAXXXXXXXXXXXXXXXX')
    assert refusal(stranger.list_certificates) == (
        'UnrecognizedClientException', 'The security token included in the request is invalid.')
    liar = server.boto(secret_key='wrong')
    assert refusal(liar.list_certificates)[0] == 'InvalidSignatureException'
    code, words = refusal(acm.describe_certificate, CertificateArn='arn:aws:acm:nonsense:and more')
    assert code == 'ValidationException'
    assert words.startswith("1 validation error detected: Value 'arn:aws:acm:nonsense:and more' at 'certificateArn' "
                            'failed to satisfy constraint: Member must satisfy regular expression pattern: ')


def test_exceptions_have_their_own_classes(acm):
    with pytest.raises(acm.exceptions.ResourceNotFoundException):
        acm.get_certificate(CertificateArn=f'arn:aws:acm:{acm.meta.region_name}:111122223333:certificate/'
                                           '01234567-89ab-7cde-8f01-23456789abcd')


def test_parsed_by_another_library_it_is_the_same_certificate(acm):
    leaf = pki.leaf(algorithm='RSA_2048')
    got = acm.get_certificate(CertificateArn=import_leaf(acm, leaf))
    assert x509.load_pem_x509_certificate(got['Certificate'].encode()) == leaf.certificate
