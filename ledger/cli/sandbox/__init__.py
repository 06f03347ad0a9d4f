"""Commands for what a real provider would never offer."""
