"""gallra thins out the records of a trade-union club that have served their time."""

__version__ = "0.1.0"
