"""Exercises on the practice system: scripted reports to a real desk, graded by the directive and the clocks (decision 137)."""
