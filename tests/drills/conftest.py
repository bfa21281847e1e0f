from pathlib import Path

import pytest

# Their asserts tell what they saw, as those of tests do.
pytest.register_assert_rewrite(*(f"tests.drills.{name}" for name in ("endings", "lanes", "mortals", "waiting", "workers")))


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """Where the processes of a worker tell that they are at work."""
    folder = tmp_path / "busy"
    folder.mkdir()
    return folder
