"""A run's answers under the filters that pages, programs and files have in common."""
