"""Where this machine is reached from: its addresses, its ports, and how services listen there."""
