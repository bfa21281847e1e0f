"""Settings of the worker in drills: those of tests, and a backlog that needs no shop."""

from tests.harness.settings import *  # noqa: F403
from tests.harness.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.drills.backlog"]
