"""One function an operation: read the fields, call the core, tell what came of it."""
