"""E1: a sealed secret opens in its own row only."""

import pytest

from kameng.lib import crypto
from kameng.lib.crypto import CannotOpen, Place
from shop.inventory.intake import import_batch
from shop.inventory.models import Secret
from shop.payments.models import GatewayAccount
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def secret_of(name: str, text: str) -> Secret:
    sku = factories.sku(of=factories.listing(seller=factories.merchant(name)))
    return import_batch(sku=sku, secrets=[text], source="x", user=None, now=NOON).units.get().secret


def test_a_ciphertext_copied_to_another_row_does_not_open() -> None:
    one, two, theirs = secret_of("Ours", "ONE"), secret_of("Ours", "TWO"), secret_of("Theirs", "THREE")
    for row in (two, theirs):
        Secret.objects.filter(pk=row.pk).update(sealed=one.sealed)
        row.refresh_from_db()
        with pytest.raises(CannotOpen):
            crypto.ring().open(row.sealed, row.place)
    assert crypto.ring().open(one.sealed, one.place) == b"ONE"


def test_the_table_the_merchant_and_the_reference_are_all_bound() -> None:
    row = secret_of("Ours", "ONE")
    table, owner, ref = row.place.table, row.place.owner, row.place.ref
    others = [Place("payments_gatewayaccount", owner, ref), Place(table, "merchant:0", ref), Place(table, owner, ref[::-1])]
    # Parts may not be shifted into one another either.
    others += [Place(table + owner, "", ref), Place(table, owner + ref, "")]
    for place in others:
        with pytest.raises(CannotOpen):
            crypto.ring().open(row.sealed, place)


def test_a_changed_value_does_not_open() -> None:
    row = secret_of("Ours", "ONE")
    key, _, body = row.sealed.partition(":")
    for broken in (f"{key}:{body[:-6]}AAAA==", f"{key}:", f"other:{body}", body, f"{key}:{body[4:]}"):
        with pytest.raises(CannotOpen):
            crypto.ring().open(broken, row.place)


def test_equal_secrets_are_sealed_differently() -> None:
    assert secret_of("Ours", "SAME").sealed != secret_of("Theirs", "SAME").sealed


def test_settings_of_one_gateway_account_do_not_open_for_another() -> None:
    one, two = factories.gateway_account("one"), factories.gateway_account("two")
    GatewayAccount.objects.filter(pk=two.pk).update(sealed=one.sealed)
    two.refresh_from_db()
    with pytest.raises(CannotOpen):
        crypto.ring().open(two.sealed, two.place)
