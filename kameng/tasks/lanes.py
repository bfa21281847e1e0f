"""The two lanes of django-q2 clusters: `fast` touches no network, `slow` may wait for others."""

from typing import Any

FAST = "fast"
SLOW = "slow"
LANES = (FAST, SLOW)

SILENCE_SECONDS = {FAST: 30.0, SLOW: 90.0}
"""A lane that finished nothing for so long is frozen; the slow one may be waiting for others."""

CLUSTER_NAME = "Q_CLUSTER_NAME"
"""Environment variable by which django-q2 knows its cluster; on Linux its `--name` does nothing."""

SUPERVISOR = "KAMENG_SUPERVISOR"
"""Environment variable with the process number of the supervisor a lane must not outlive."""

INSTANCE = "KAMENG_INSTANCE"
"""Environment variable that names the running lane: host:lane:boot."""


def q_cluster() -> dict[str, Any]:
    """django-q2 settings: one ORM broker, one cluster a lane; retries are our rows, so the queue may forget.

    `max_attempts` 1 and `ack_failures` True keep the queue from repeating work by itself; `save_limit` -1 spares
    a locked scan of all results at every success; the dummy cache spares two cache writes a second.
    """
    lane: dict[str, Any] = {
        "workers": 2,
        "queue_limit": 2,
        "bulk": 1,
        "timeout": 60,
        "retry": 300,
        "max_attempts": 1,
        "ack_failures": True,
        "save_limit": -1,
        "recycle": 200,
        "max_rss": 200_000,
        "poll": 0.1,
        "guard_cycle": 0.5,
        "scheduler": False,
        "catch_up": False,
        "orm": "default",
        "cache": "q",
    }
    slow = lane | {"timeout": 120, "retry": 600}
    return {"name": FAST, **lane, "ALT_CLUSTERS": {SLOW: slow}}
