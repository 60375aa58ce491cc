"""What leaves the product as files: a run's seats with all that is known of them, and tables."""
