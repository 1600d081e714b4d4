"""What the programme is measured by (S-measure): reads of the rooms below, counted in SQL, behind the staff's wall.

Nothing here names a member. Of groups of fewer than five people nothing is said of what they did (`small`).
"""
