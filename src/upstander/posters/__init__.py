"""Posters, cards and stickers of a school: their words, their codes, and how often each brought a report (D-II.J, D-V)."""
