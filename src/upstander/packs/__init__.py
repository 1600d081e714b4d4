"""A jurisdiction's pack: what a tip can be, what must then be done, and the programme's own words.

Pure: no Django, no clock. `load(path)` reads a folder of TOML files into one frozen `Pack`, or raises
`PackError` with every problem it found.
"""

from upstander.packs.errors import PackError, Problem, UnknownCode
from upstander.packs.loader import load
from upstander.packs.model import Pack

__all__ = ["Pack", "PackError", "Problem", "UnknownCode", "load"]
