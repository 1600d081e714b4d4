"""The pages of files, at the desk's origin."""
