"""One function an operation: read what is asked, call the core, tell what came of it."""
