"""Secrets open, and are what they were taken in as."""

from collections.abc import Iterator

from django.db.models import Count
from django.views.decorators.debug import sensitive_variables

from fulfillment.proof.violations import Look, Violation, some
from kameng.lib import crypto
from shop.inventory.intake import fingerprint
from shop.inventory.models import Secret


def secrets_open(look: Look) -> Iterator[Violation]:
    """I16: a sample of secrets opens in its place with its fingerprint; no merchant sells one secret twice."""
    for secret in Secret.objects.filter(pk__in=some(Secret.objects.all(), look.sample)).iterator():
        problem = _problem(secret)
        if problem:
            yield Violation("I16", f"secret:{secret.pk}", problem)
    live = Secret.objects.filter(withdrawn_at=None).values("merchant_id", "fingerprint")
    for row in live.annotate(n=Count("pk")).filter(n__gt=1).iterator():
        yield Violation("I16", f"merchant:{row['merchant_id']}", f"has one secret {row['n']} times")


@sensitive_variables()
def _problem(secret: Secret) -> str:
    try:
        plain = crypto.ring().open(secret.sealed, secret.place).decode()
    except (crypto.CannotOpen, UnicodeDecodeError):
        return "does not open in its place"
    return "" if fingerprint(plain) == secret.fingerprint else "is not what its fingerprint says"
