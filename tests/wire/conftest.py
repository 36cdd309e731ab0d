"""Fixtures of the wire tests."""
import pytest


@pytest.fixture(scope='session')
def quick(tmp_path_factory):
    """A daemon of short patience."""
    import house
    running = house.Server(tmp_path_factory.mktemp('quick') / 'data', [
        '--limit', 'header-deadline-s=1', '--limit', 'request-deadline-s=2', '--limit', 'idle-s=3',
        '--limit', 'connections=20'])
    yield running
    running.stop()
