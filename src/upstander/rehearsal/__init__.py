"""A rehearsed conversation: what a trainee's answer does, what the simulated reporter writes next, how a run is graded.

Pure: no Django, no clock, no database, nothing kept. Its data is the pack's (`training.toml`). S-exercise.
"""

from upstander.rehearsal.grade import Done, Grade, Point, expected, grade
from upstander.rehearsal.hear import hear
from upstander.rehearsal.talk import reply, said

__all__ = ["Done", "Grade", "Point", "expected", "grade", "hear", "reply", "said"]
