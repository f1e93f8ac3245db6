"""Codecs without I/O: bytes to events and back. No port, no clock and no sleep in any of them."""
