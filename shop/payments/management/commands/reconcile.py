import datetime as dt
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kameng.lib import clock, money
from shop.payments.gateways.base import Ambiguous, Rejected
from shop.payments.gateways.registry import NotUsable
from shop.payments.models import GatewayAccount
from shop.payments.reconcile import Difference, reconcile


class Command(BaseCommand):
    help = "Compares a day's statements of the gateways with our books; exit code 1 when they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", required=True, type=dt.date.fromisoformat, help="YYYY-MM-DD, a local day that is over")
        parser.add_argument("--gateway", help="only this one, for example sandbox")

    def handle(self, *_: Any, day: dt.date, gateway: str | None, **options: Any) -> None:
        accounts = GatewayAccount.objects.exclude(gateway="wallet").order_by("pk")
        chosen = list(accounts.filter(gateway=gateway) if gateway else accounts)
        if gateway and not chosen:
            raise CommandError(f"There is no account at {gateway}.")
        found = sum(self._compare(account, day) for account in chosen)
        self.stdout.write(f"{day}: {found} differences in {len(chosen)} statements.")
        if found:
            sys.exit(1)

    def _compare(self, account: GatewayAccount, day: dt.date) -> int:
        try:
            found = reconcile(account=account, day=day, now=clock.now())
        except (Ambiguous, Rejected, NotUsable) as error:
            raise CommandError(f"{account.name}: no statement of {day}: {error}") from error
        for difference in found:
            self.stdout.write(self._line(account, difference))
        return len(found)

    def _line(self, account: GatewayAccount, difference: Difference) -> str:
        amount = money.decimal_text(difference.amount, difference.currency)
        return f"{account.name} {difference.number} {amount} {difference.currency}: {difference.kind.label}"
