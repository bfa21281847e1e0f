"""Secrets open, and are what they were taken in as."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, QuerySet
from django.views.decorators.debug import sensitive_variables

from fulfillment.proof.violations import Look, Violation, question, some
from kameng.lib import crypto
from shop.inventory.intake import fingerprint
from shop.inventory.models import Secret


def secrets_open(look: Look) -> Iterator[Violation]:
    """I16: a sample of secrets opens in its place with its fingerprint; no merchant sells one secret twice."""
    for secret in Secret.objects.filter(pk__in=some(Secret.objects.all(), look.sample)).iterator():
        problem = _problem(secret)
        if problem:
            yield Violation("I16", f"secret:{secret.pk}", problem)
    for merchant, n in _twice():
        yield Violation("I16", f"merchant:{merchant}", f"has one secret {n} times")


@question
def _twice() -> QuerySet[Any, Any]:
    live = Secret.objects.filter(withdrawn_at=None).values("merchant_id", "fingerprint").annotate(n=Count("pk"))
    return live.filter(n__gt=1).values_list("merchant_id", "n")


@sensitive_variables()
def _problem(secret: Secret) -> str:
    try:
        plain = crypto.ring().open(secret.sealed, secret.place).decode()
    except (crypto.CannotOpen, UnicodeDecodeError):
        return "does not open in its place"
    return "" if fingerprint(plain) == secret.fingerprint else "is not what its fingerprint says"
