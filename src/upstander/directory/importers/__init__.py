"""Reading other people's lists: one file a format. `formats.py` knows them all, `apply.py` writes what they
say.
"""
