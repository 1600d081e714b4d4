"""The library: what helps, what a word means, letters to families (R-library, S-terms). It reads the pack; it has no tables."""
