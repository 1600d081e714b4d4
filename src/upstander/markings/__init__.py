"""Markings: who may read a paragraph, what its marking says, and what of a draft each level gets.

Pure: no Django, no clock, no configuration. Which markings there are, a pack says (`upstander.packs.network`).
"""

from upstander.markings.editions import Banner, Edition, banner, edition, editions, tear_line, title
from upstander.markings.levels import Level
from upstander.markings.paragraphs import Kind, Paragraph
from upstander.markings.problems import Fault, Problem, problems
from upstander.markings.scheme import Marking, Scheme, UnknownMarking

__all__ = [
    "Banner",
    "Edition",
    "Fault",
    "Kind",
    "Level",
    "Marking",
    "Paragraph",
    "Problem",
    "Scheme",
    "UnknownMarking",
    "banner",
    "edition",
    "editions",
    "problems",
    "tear_line",
    "title",
]
