"""What the words of a tip may mean beyond what it was judged to be. It may raise; it never lowers and never acts.

Pure: no Django, no clock, no database, nothing kept. `suggest(pack, text, judged, subtypes, language)` reads a
text against the phrases of the pack (`signals.toml`) and says what a person may want to look at again, each
with the words that made it say so. Design, principle 9; requirements, issue 3 point 8.
"""

from upstander.signals.suggest import suggest
from upstander.signals.values import Graver, Guess, Missing, Reason, Revealing, Span, Suggestions

__all__ = ["Graver", "Guess", "Missing", "Reason", "Revealing", "Span", "Suggestions", "suggest"]
