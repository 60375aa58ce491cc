"""The pages, one folder for each address: its views, its forms, and what it reads of Postgres."""
