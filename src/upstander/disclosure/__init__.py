"""What a school told about a student, to whom, on which ground: recorded, told to the parents, kept (R-privacy)."""
