import os

from django.apps import AppConfig

MARKS = "DRILL_MARKS"
"""Environment variable with the folder for `marks`."""

PACE = "DRILL_PACE"
"""Environment variable with the seconds that a delivery takes longer, in the midst of its transaction."""


class BacklogConfig(AppConfig):
    name = "tests.drills.backlog"
    label = "backlog"

    def ready(self) -> None:
        from tests.drills.backlog import marks, pace

        if os.environ.get(MARKS):
            marks.begin()
        if os.environ.get(PACE):
            pace.slow_down(float(os.environ[PACE]))
