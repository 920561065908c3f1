"""The database of a gym: PostgreSQL, its tables and what is done with them."""
