import pytest

# Their asserts tell what they saw, as those of tests do.
pytest.register_assert_rewrite(*(f"tests.drills.{name}" for name in ("endings", "lanes", "mortals", "waiting", "workers")))
