"""Whether something that is known of a student may be shared: facts go in, an answer with its law comes out. Pure (R-privacy)."""
