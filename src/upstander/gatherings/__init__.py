"""Webinars, trainings, site visits, the forum: who is invited, who comes, what they take home."""
