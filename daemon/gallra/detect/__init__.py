"""Passages into findings; runs inside the sandbox. The only room that knows Presidio."""
