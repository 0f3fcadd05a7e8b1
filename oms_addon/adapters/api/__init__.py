"""Orders of other systems as JSON."""
