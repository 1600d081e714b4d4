"""Sessions in the database, one table an origin. `desk` and `school` are Django session engines."""
