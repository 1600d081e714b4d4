"""Threat assessment: the team, its cases, safety plans, watching and closing (R-ta). Of nobody but the team."""
