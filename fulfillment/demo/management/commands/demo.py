import os
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from fulfillment.demo.filling import NotEmpty, filling, interrupted
from fulfillment.demo.people import PASSWORD, PEOPLE
from fulfillment.demo.seed import filled, seed
from fulfillment.demo.serve import Address, AddressInUse, House
from kameng.lib import clock

INTERRUPTED = 130
"""What a shell gives for Ctrl-C."""


class Command(BaseCommand):
    help = "Prepares the demo shop, serves it with its worker, and stops both on Ctrl-C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="throw the demo's data away first")
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT") or "8000"))
        parser.add_argument("--prepare-only", action="store_true", help="prepare the data and end")

    def handle(self, *_: Any, reset: bool, host: str, port: int, prepare_only: bool, **options: Any) -> None:
        address = Address(host, port)
        if not prepare_only:
            self._check(address)
        try:
            self._prepare(reset=reset)
        except KeyboardInterrupt:
            self.stdout.write("Stopped before the shop was ready; the next run makes up for it.")
            raise SystemExit(INTERRUPTED) from None
        if prepare_only:
            return
        # What the shop writes into mails and callbacks must be where it really listens.
        os.environ["SITE_URL"] = address.url.rstrip("/")
        os.environ["ALLOWED_HOSTS"] = " ".join([*settings.ALLOWED_HOSTS, host])
        raise SystemExit(House(address).run(announce=lambda: self._announce(address)))

    def _check(self, address: Address) -> None:
        try:
            address.check_free()
        except AddressInUse as error:
            hint = "Is the demo running already? Choose another port: PORT=8001 make demo"
            raise CommandError(f"Port {address.port} on {address.host} cannot be used ({error}). {hint}") from error

    def _prepare(self, *, reset: bool) -> None:
        if reset:
            self._forget()
        elif interrupted():
            self.stdout.write("The last run was interrupted while it filled the shop: beginning anew …")
            self._empty()
        self.stdout.write("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not filled():
            self._fill()

    def _fill(self) -> None:
        self.stdout.write("Filling the demo shop …")
        try:
            with filling():
                seed(now=clock.now())
        except NotEmpty as error:
            raise CommandError("This database holds another shop. The demo fills an empty one only.") from error

    def _empty(self) -> None:
        if connection.vendor == "sqlite":
            self._forget()
        else:
            call_command("flush", interactive=False, verbosity=0)

    def _forget(self) -> None:
        if connection.vendor == "sqlite":
            connection.close()
            name = str(settings.DATABASES["default"]["NAME"])
            for suffix in ("", "-wal", "-shm"):
                Path(name + suffix).unlink(missing_ok=True)
        else:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE")
                cursor.execute("CREATE SCHEMA public")
        shutil.rmtree(settings.EMAIL_FILE_PATH, ignore_errors=True)

    def _announce(self, address: Address) -> None:
        self.stdout.write("\nDemo accounts (one tap each at " + address.url + "demo/), password " + PASSWORD + ":")
        for person in PEOPLE:
            self.stdout.write(f"  {person.email:26} {person.what}")
        self.stdout.write(f"Mail: {address.url}demo/mail/    Admin: {address.url}admin/\n")
        self.stdout.write(f"kameng is ready: {address.url}")
        self.stdout.flush()
