"""One controller a lane, in the worker's processes only."""

from functools import partial

from kameng.tasks.lanes import LANES
from kameng.tasks.registry import controller
from tests.drills.backlog import jobs

for _lane in LANES:
    controller(f"backlog-{_lane}", lane=_lane, due=partial(jobs.due, _lane))(partial(jobs.run, _lane))
