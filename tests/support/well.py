"""A house in which nothing is red: for tests that look for something else."""

from upstander.actions.models import CallSheet
from upstander.clock import now
from upstander.ops.pulse import PROCESSES, beat


def all_is_well(**numbers: float) -> None:
    """Every process has just spoken (`numbers` of itself), and the call sheet lies on its disk.

    Without a sheet its age would be counted from the beginning of this process: in a long run of tests that is long ago.
    """
    for process in PROCESSES:
        beat(process, **numbers)
    CallSheet.objects.update_or_create(
        pk=CallSheet.ONLY, defaults={"read_at": now(), "written_at": now(), "criticals": 0}
    )
