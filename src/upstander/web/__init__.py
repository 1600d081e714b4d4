"""What every page shares: base templates, components, static files, middleware. Floor 1."""
