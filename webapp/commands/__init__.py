"""The commands of manage.py, but for those that start the product."""
