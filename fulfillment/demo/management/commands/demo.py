import os
import shutil
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from fulfillment.demo.address import Address, Unusable
from fulfillment.demo.alone import RunsAlready, alone
from fulfillment.demo.filling import NotEmpty, filling, interrupted
from fulfillment.demo.people import PASSWORD, PEOPLE
from fulfillment.demo.seed import filled, seed
from fulfillment.demo.serve import House
from kameng.lib import clock

INTERRUPTED = 130
"""What a shell gives for Ctrl-C."""


class Command(BaseCommand):
    help = "Prepares the demo shop, serves it with its worker, and stops both on Ctrl-C or SIGTERM."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="throw the demo's data away first")
        parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000")
        parser.add_argument("--prepare-only", action="store_true", help="prepare the data and end")

    def handle(self, *_: Any, reset: bool, host: str, port: str, prepare_only: bool, **options: Any) -> None:
        try:
            address = Address.read(host, port)
            with alone(address.url):
                if not prepare_only:
                    address.check()
                self._prepare_or_stop(reset=reset)
                if not prepare_only:
                    raise SystemExit(self._serve(address))
        except (Unusable, RunsAlready) as error:
            raise CommandError(str(error)) from error

    def _serve(self, address: Address) -> int:
        # What the shop writes into mails and callbacks must be where it really listens.
        os.environ["SITE_URL"] = address.public_url.rstrip("/")
        os.environ["ALLOWED_HOSTS"] = " ".join([*settings.ALLOWED_HOSTS, *address.allowed_hosts()])
        return House(address, tell=self._tell).run(announce=lambda: self._announce(address))

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _prepare_or_stop(self, *, reset: bool) -> None:
        try:
            self._prepare(reset=reset)
        except KeyboardInterrupt:
            self.stdout.write("Stopped before the shop was ready; the next run makes up for it.")
            raise SystemExit(INTERRUPTED) from None

    def _prepare(self, *, reset: bool) -> None:
        if reset:
            self._forget()
        elif interrupted():
            self.stdout.write("The last run was interrupted while it filled the shop: beginning anew …")
            self._empty()
        self._tell("Preparing the database …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if not filled():
            self._fill()

    def _fill(self) -> None:
        self._tell("Filling the demo shop …")
        try:
            with filling():
                seed(now=clock.now(), tell=self._tell)
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
        if address.wildcard:
            self.stdout.write(
                f"From other machines: {address.public_url}   (whoever gets there can be anybody here, the platform too)"
            )
        self._tell(f"kameng is ready: {address.url}    Ctrl-C stops it.")
