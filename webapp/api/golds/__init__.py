"""Gold answers through the API: corrections, and those that are suspected."""
