"""How hard an English text is to read: the Flesch-Kincaid grade (Kincaid et al. 1975)."""

import re

_VOWELS = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^laeiouy]es|[^aeiouytd]ed|[^aeiouyl]e|[aeiouy]re)$")
_WORD = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?")
# Words that the rule counts wrongly, and that reporters' pages use.
_KNOWN = {"somebody": 3, "everybody": 4, "anybody": 4, "people": 2, "something": 2, "someone": 2, "being": 2, "phone": 1,
          "report": 2, "reports": 2, "where": 1, "here": 1, "there": 1, "are": 1, "we're": 1, "maybe": 2, "idea": 3}  # fmt: skip


def syllables(word: str) -> int:
    """How many syllables a word has, by rule; at least one."""
    word = word.lower()
    if word in _KNOWN:
        return _KNOWN[word]
    return max(1, len(_VOWELS.findall(word)) - bool(_SILENT.search(word)))


def grade(lines: list[str]) -> float:
    """The grade of a text given line by line; a line without a full stop is a sentence too. Numbers are not words."""
    sentences = words = beats = 0
    for line in lines:
        for sentence in re.split(r"[.!?:;]+(?:\s|$)", line):
            found = _WORD.findall(sentence)
            if found:
                sentences += 1
                words += len(found)
                beats += sum(map(syllables, found))
    return 0.39 * words / sentences + 11.8 * beats / words - 15.59
