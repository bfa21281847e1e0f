"""Does all due background work here and now, without a worker."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kameng.tasks.registry import NotSettled, run_all


class Command(BaseCommand):
    help = "Runs every controller in this process until nothing is due."

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            handled = run_all()
        except NotSettled as error:
            raise CommandError(f"still due: {error}") from error
        self.stdout.write(f"{handled} rows handled; nothing is due.")
