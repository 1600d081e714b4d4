"""Officers in schools: their work in four roles, training, agreements of school and police, where two codes meet (R-climate)."""
