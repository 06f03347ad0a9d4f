"""Settlement at work: ``settler`` closes days and pays out, by itself or by command."""
