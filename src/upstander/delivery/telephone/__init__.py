"""The telephone: calls over any SIP trunk, through Debian's `baresip` in a process of its own.

Nothing in here knows tips, contacts or the database: a number is rung, a sound is played, and what happened is reported. What
calls are owed, and what a key press means, is the business of who places them (`delivery.caller`).
"""
