"""No file names the host of a package registry: pins come by name and hash, from whatever registry a machine uses."""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# In pieces, or this file would name them.
HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("npmmirror", "com"),
        ("yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
    )
)


def named(paths: Iterable[Path]) -> Iterator[str]:
    """Each line that names a registry's host."""
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            yield from (f"{path}:{number}: names {host}" for host in HOSTS if host in line)


def files(root: Path) -> list[Path]:
    """What git tracks, or would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    return [root / name for name in told.split("\0") if name]


def main() -> int:
    """Print what is wrong; returns the exit code."""
    wrong = list(named(files(ROOT)))
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
