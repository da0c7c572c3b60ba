"""What is kept: the catalogue, the ledger, the keys. The only room that knows SQLite."""
