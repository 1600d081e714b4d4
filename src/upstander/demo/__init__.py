"""The fictional state that `make up` shows: invented places and people, 555-01xx numbers, nothing real.

`load()` fills an empty sandbox once; `sign_ins()` says as whom to look at it.
"""

from upstander.demo.load import load, sign_ins

__all__ = ["load", "sign_ins"]
