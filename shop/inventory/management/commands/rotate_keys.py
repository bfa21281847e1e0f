from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kameng.lib import crypto
from shop.inventory.rotate import rotate, sealed_models

EVERY = 10_000


class Command(BaseCommand):
    help = (
        "Seal all secrets with the first key of KAMENG_SECRETS_KEYS. Add the new key behind the old one and restart every"
        " process, then put it first and restart, then run this; afterwards the old key can be removed. It may be run while"
        " the shop sells, and again after an interruption."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for model in sealed_models():
            name = model._meta.label
            outcome = rotate(model=model, report=lambda done, name=name: self._tell(name, done))  # type: ignore[misc]
            self.stdout.write(f"{name}: {outcome.resealed} sealed anew")
            for pk in outcome.broken:
                self.stderr.write(f"{name} {pk} does not open: its key is missing, or it was changed")
            broken += len(outcome.broken)
        if broken:
            raise CommandError(f"{broken} values could not be opened; keep the old keys.")
        self.stdout.write(f"Everything is sealed with {crypto.ring().current!r}: other keys can be removed.")

    def _tell(self, name: str, done: int) -> None:
        if done % EVERY == 0 and done:
            self.stdout.write(f"{name}: {done} …")
            self.stdout.flush()
