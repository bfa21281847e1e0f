"""Processes that end with the one that started them, and groups of them that can be ended together."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys

PR_SET_PDEATHSIG = 1


def end_with_parent(parent: int) -> None:
    """Have the kernel kill this process when `parent`, which started it, ends in any way; Linux only, elsewhere nothing.

    The signal follows the thread that forked: the starter must do so in its main thread.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        # It was gone before the kernel knew.
        os._exit(1)


def end_descendants_with_parent() -> None:
    """The same for every process that this one and its descendants fork from here on: none outlives its parent.

    django-q2's workers do otherwise: when their sentinel is killed they go on taking tasks, watched by nobody.
    """
    forking = [os.getpid()]

    def before() -> None:
        forking[0] = os.getpid()

    os.register_at_fork(before=before, after_in_child=lambda: end_with_parent(forking[0]))


def has_ended(leader: subprocess.Popen[bytes]) -> bool:
    """Whether it ended, leaving it unreaped: as long as it is a zombie nobody else can get its number, nor its group's."""
    if leader.returncode is not None:
        return True
    options = os.WEXITED | os.WNOHANG | os.WNOWAIT
    return os.waitid(os.P_PID, leader.pid, options) is not None


def kill_group(leader: subprocess.Popen[bytes]) -> int:
    """SIGKILL to the whole group of a process that leads one; returns the leader's exit code."""
    if leader.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(leader.pid, signal.SIGKILL)
    return leader.wait()
