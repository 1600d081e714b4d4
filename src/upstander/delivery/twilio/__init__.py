"""Calls through Twilio's API: what is asked of it, what it says back, and what is spoken."""
