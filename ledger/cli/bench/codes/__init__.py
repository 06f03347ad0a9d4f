"""``qrpay bench qr``: codes drawn and read, beside other encoders and settings."""
