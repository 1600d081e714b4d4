"""The supervisor is told of ended children by signals, of as many as come at once, and lets them go."""

import select
import subprocess
import sys

import pytest

from upstander.ops.bell import Bell

AGAIN_AND_AGAIN = """
import os, signal, sys
from upstander.ops.bell import Bell
bell, rung = Bell(), 0
def handler(*_):
    global rung
    rung += 1
    bell.ring()
signal.signal(signal.SIGUSR1, handler)
def between_two_lines(frame, event, arg):
    os.kill(os.getpid(), signal.SIGUSR1)
    return between_two_lines
sys.settrace(between_two_lines)
bell.ring()
bell.wait(60)
sys.settrace(None)
print(rung > 5)
"""

ORPHANS = """
import os, subprocess, sys, time
from upstander.ops import procs
procs.adopt_orphans()
ours = subprocess.Popen([sys.executable, "-c", "raise SystemExit(7)"])
born = subprocess.Popen(["sh", "-c", "for n in 1 2 3 4 5; do sleep 0 & done"])
born.wait()
os.waitid(os.P_PID, ours.pid, os.WEXITED | os.WNOWAIT)
left = lambda: [p for p in os.listdir("/proc") if p.isdigit() and p != str(ours.pid) and _child(p)]
def _child(pid):
    try:
        return open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[1] == str(os.getpid())
    except OSError:
        return False
end = time.monotonic() + 30
procs.reap_orphans({ours.pid})
kept = ours.poll()
while left() and time.monotonic() < end:
    procs.reap_orphans(set())
print(kept, left())
"""


def run(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_bell_may_be_rung_while_it_is_being_rung():
    assert run(AGAIN_AND_AGAIN) == "True"


def test_what_rings_before_one_sleeps_wakes_at_once():
    bell = Bell()
    for _ in range(100_000):  # more than a pipe holds
        bell.ring()
    bell.wait(3600)
    assert not select.select([bell._hear], [], [], 0)[0], "all of it was heard: nothing wakes twice"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt grandchildren")
def test_adopted_children_that_ended_are_let_go_and_our_own_keep_their_word():
    assert run(ORPHANS) == "7 []"
