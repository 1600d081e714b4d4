"""What an import would do to the directory as it is now, and the writes that do it: one file a kind of
record.
"""
