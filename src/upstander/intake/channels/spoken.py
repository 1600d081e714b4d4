"""A code as one says it on the telephone."""

_LETTERS = {
    "en": {
        "A": "apple", "B": "bird", "C": "cat", "D": "dog", "E": "egg", "F": "fish", "G": "goat", "H": "hat", "J": "jam",
        "K": "kite", "M": "moon", "N": "nose", "P": "pear", "Q": "queen", "R": "rain", "S": "sun", "T": "tree",
        "V": "van", "W": "water", "X": "x-ray", "Y": "yellow", "Z": "zebra",
    },
    "es": {
        "A": "agua", "B": "boca", "C": "casa", "D": "dedo", "E": "estrella", "F": "flor", "G": "gato", "H": "hoja",
        "J": "jirafa", "K": "kilo", "M": "mano", "N": "nube", "P": "perro", "Q": "queso", "R": "rosa", "S": "sol",
        "T": "tren", "V": "vaca", "W": "web", "X": "xilófono", "Y": "yema", "Z": "zapato",
    },
}  # fmt: skip
_JOIN = {"en": "{letter} as in {word}", "es": "{letter} de {word}"}


def aloud(code: str, language: str) -> list[str]:
    """Each group of four as it is said: "K as in kite, 7, F as in fish, 2"."""
    words, join = _LETTERS.get(language, _LETTERS["en"]), _JOIN.get(language, _JOIN["en"])
    said = [join.format(letter=c, word=words[c]) if c in words else c for c in code]
    return [", ".join(said[i : i + 4]) for i in range(0, len(said), 4)]
