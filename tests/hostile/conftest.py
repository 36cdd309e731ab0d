"""Fixtures of the tests that attack private CAs."""
import attack
import pca as ca
import pytest


@pytest.fixture(scope='module')
def authority(pca, pki_server):
    """An authority of this file alone; without OCSP, so that nothing is issued but what is asked for."""
    begun = len(pki_server.events())
    made = ca.root(pca, {'CommonName': 'Hostile Root', 'Organization': 'Example'}, RevocationConfiguration={
        'CrlConfiguration': {'Enabled': True, 'ExpirationInDays': 7}})
    yield made
    pki_server.check_log()
    assert not [e for e in pki_server.events()[begun:] if e.get('level') == 'error'], 'the log has errors'


@pytest.fixture(scope='module')
def unlisted(pca):
    """An authority that says nothing of revocation."""
    return ca.root(pca, 'Unlisted Root')


@pytest.fixture
def unchanged(pki_server, authority):
    """Nothing was signed."""
    before = attack.issued(pki_server, authority)
    yield
    assert attack.issued(pki_server, authority) == before
    assert pki_server.process.poll() is None
