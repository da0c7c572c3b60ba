"""The loop, and the place where the parts are put together."""
