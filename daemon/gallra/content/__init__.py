"""Bytes into passages of text; runs inside the sandbox."""
