"""Keys are changed while the shop sells, and what was interrupted goes on."""

import base64
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kameng.accounts.models import FactorKey
from kameng.lib import crypto
from shop.inventory import rotate
from shop.inventory.intake import import_batch
from shop.inventory.models import IntakePart, Secret
from shop.payments.gateways.registry import open_gateway
from shop.payments.models import GatewayAccount
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.django_db
OLD, NEW = (f"{name}:" + base64.urlsafe_b64encode(fill * 32).decode() for name, fill in (("k", b"o"), ("K", b"n")))


@pytest.fixture
def stock(settings: Any) -> None:
    settings.SECRETS_KEYS = OLD
    import_batch(sku=factories.sku(), secrets=["A", "B", "C"], source="x", user=None, now=NOON)
    factories.gateway_account()
    settings.SECRETS_KEYS = f"{NEW},{OLD}"


def plain() -> list[str]:
    return [crypto.ring().open(row.sealed, row.place).decode() for row in Secret.objects.order_by("pk")]


def test_everything_opens_with_the_new_key_alone(stock: None, settings: Any, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rotate_keys")
    assert "other keys can be removed" in capsys.readouterr().out
    settings.SECRETS_KEYS = NEW
    assert plain() == ["A", "B", "C"]
    assert open_gateway(GatewayAccount.objects.get())


def test_an_interrupted_run_goes_on(stock: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotate, "CHUNK", 1)

    def stop(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate.rotate(model=Secret, report=stop)
    assert rotate.stale(Secret).count() == 1
    assert rotate.rotate(model=Secret).resealed == 1
    assert plain() == ["A", "B", "C"]


def test_a_value_that_changed_meanwhile_is_not_overwritten(stock: None, monkeypatch: pytest.MonkeyPatch) -> None:
    store, changed = rotate._store, Secret.objects.order_by("pk")[0]

    def overtaken(model: Any, drafts: Any) -> int:
        other = crypto.ring().seal(b"CHANGED", changed.place)
        Secret.objects.filter(pk=changed.pk).update(sealed=other)
        return store(model, drafts)

    monkeypatch.setattr(rotate, "_store", overtaken)
    rotate.rotate(model=Secret)
    assert plain() == ["CHANGED", "B", "C"]


def test_a_value_that_does_not_open_is_named_and_keeps_its_key(stock: None, capsys: pytest.CaptureFixture[str]) -> None:
    row = Secret.objects.order_by("pk")[0]
    Secret.objects.filter(pk=row.pk).update(sealed="k:" + base64.b64encode(b"x" * 40).decode())
    with pytest.raises(CommandError, match="1 values"):
        call_command("rotate_keys")
    assert f"inventory.Secret {row.pk}" in capsys.readouterr().err
    assert rotate.stale(Secret).count() == 1


def test_every_model_with_sealed_values_takes_part() -> None:
    assert set(rotate.sealed_models()) == {Secret, IntakePart, GatewayAccount, FactorKey}
