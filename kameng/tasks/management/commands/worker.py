"""The background work of one host: two lanes and the supervisor that keeps them alive."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kameng.tasks.lanes import FAST, SILENCE_SECONDS, SLOW
from kameng.tasks.supervisor import Supervisor


class Command(BaseCommand):
    help = (
        "Runs the background work: starts both lanes, watches them, restarts the frozen, wakes what is due. Ends on SIGTERM."
    )
    # They would load every page of the shop, which no lane shows.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        for lane in (FAST, SLOW):
            parser.add_argument(
                f"--{lane}-silence",
                type=float,
                default=SILENCE_SECONDS[lane],
                metavar="SECONDS",
                help=f"restart the {lane} lane when it finished nothing for so long (default %(default)s)",
            )

    def handle(self, *_: Any, fast_silence: float, slow_silence: float, **options: Any) -> None:
        Supervisor({FAST: fast_silence, SLOW: slow_silence}).run()
