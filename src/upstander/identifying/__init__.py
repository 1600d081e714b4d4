"""What in a text could tell who it is about: names, numbers, schools, days, narrow descriptions, a reporter's own words.

Pure: no Django, no clock, no database, nothing kept. `findings(text, known)` reads a text before it is published and
says what a person must look at; it publishes, blocks and changes nothing. Issue 5, point 9; decision 117.
"""

from upstander.identifying.lists import given_name
from upstander.identifying.look import findings
from upstander.identifying.plain import folded
from upstander.identifying.reasons import WORDS
from upstander.identifying.values import NOTHING_KNOWN, Finding, Kind, Known, Sure, counts

__all__ = ["NOTHING_KNOWN", "WORDS", "Finding", "Kind", "Known", "Sure", "counts", "findings", "folded", "given_name"]
