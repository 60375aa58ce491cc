"""Postgres below the ORM: SQL, many rows at once, locks that no row stands for, words."""
