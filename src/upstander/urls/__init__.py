"""Which pages each origin serves. Nothing of one origin answers on another."""
