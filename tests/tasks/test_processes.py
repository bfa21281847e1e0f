"""A killed process takes those it started with it."""

import os
import signal
import subprocess
import sys

import pytest

TREE = """
import os, signal, sys
from kameng.tasks import processes
parent = os.getpid()
if not os.fork():
    processes.end_with_parent(parent)
    processes.end_descendants_with_parent()
    if not os.fork():
        if not os.fork():
            os.write(1, b"ready")
    signal.pause()
signal.pause()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_nobody_is_left_of_a_tree_whose_root_was_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", TREE], stdout=subprocess.PIPE) as root:
        assert root.stdout is not None
        fd = root.stdout.fileno()
        assert os.read(fd, 5) == b"ready"
        root.send_signal(signal.SIGKILL)
        assert os.read(fd, 1) == b"", "the pipe ends with the last process that holds it"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process that its parent died")
def test_a_process_whose_parent_is_already_gone_ends_at_once() -> None:
    orphan = "from kameng.tasks import processes; processes.end_with_parent(1 << 22)"
    assert subprocess.run([sys.executable, "-c", orphan]).returncode == 1
