"""A call of Alipay's, whichever protocol it came by: its fields, its method, how it is refused."""
