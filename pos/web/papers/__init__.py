"""The addresses of a sale's paper, for screens, printers and phones."""
