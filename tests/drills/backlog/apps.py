import os

from django.apps import AppConfig

BUSY = "DRILL_BUSY"
"""Environment variable with the folder for the files of busy workers."""


class BacklogConfig(AppConfig):
    name = "tests.drills.backlog"
    label = "backlog"

    def ready(self) -> None:
        from tests.drills.backlog import busy

        if os.environ.get(BUSY):
            busy.trace()
