"""`upstander bench`: the way to the benches, which live beside the sources and not in the product."""
