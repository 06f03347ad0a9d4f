"""Where this machine is reached from: its addresses, and how a service may listen at them."""
