"""Built by the room."""
