"""From a tip about an Out-of-Network school to a school that has joined (D-IV.A.5): no word of a tip comes here."""
