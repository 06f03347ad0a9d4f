"""What the provider tells in passing: a hint to ask sooner (``hints``), heard by ``listener``."""
