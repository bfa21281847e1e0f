import os

from django.apps import AppConfig

MARKS = "DRILL_MARKS"
"""Environment variable with the folder for `marks`."""


class BacklogConfig(AppConfig):
    name = "tests.drills.backlog"
    label = "backlog"

    def ready(self) -> None:
        from tests.drills.backlog import marks

        if os.environ.get(MARKS):
            marks.begin()
