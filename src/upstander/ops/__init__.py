"""The house itself: starting and stopping, the database, keys' files, heartbeats, logs. It knows no room."""
