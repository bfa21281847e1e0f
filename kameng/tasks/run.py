"""What the queue calls, by these names."""

from kameng.tasks.registry import run

__all__ = ["noop", "run"]


def noop() -> None:
    """Shows that a lane takes work and finishes it."""
