"""The pages of the desk. Each works by plain links and forms; htmx swaps parts of the same templates."""
