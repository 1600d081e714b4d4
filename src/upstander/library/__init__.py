"""The library: what helps, what a word means, letters to families (R-library, S-terms). What it says is the pack's."""
