"""The caller: a process of its own that rings whom a call is owed, until a human has confirmed or nothing is owed any more."""
