"""One lane of background work; `manage.py worker` starts and watches it."""

import os
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from kameng.tasks import processes
from kameng.tasks.inline import InlineLane
from kameng.tasks.lanes import CLUSTER_NAME, LANES, SUPERVISOR


class Command(BaseCommand):
    help = "Runs one lane of background work until it is stopped (normally started by `manage.py worker`)."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=LANES)

    def handle(self, *_: Any, name: str, **options: Any) -> None:
        if os.environ.get(CLUSTER_NAME) != name:
            # django-q2 read it when it was imported.
            raise CommandError(f"set {CLUSTER_NAME}={name} in the environment, or run `manage.py worker`")
        if SUPERVISOR in os.environ:
            processes.end_with_parent(int(os.environ[SUPERVISOR]))
            processes.end_descendants_with_parent()
        if connection.vendor == "sqlite":
            lane = InlineLane(name)
            lane.stop_on_signals()
            lane.run()
        else:
            call_command("qcluster")
