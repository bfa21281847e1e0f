import pytest

from tests.security.tenants import Shop, two_shops


@pytest.fixture
def shops(db: None) -> tuple[Shop, Shop]:
    """Ours, and theirs."""
    return two_shops()
