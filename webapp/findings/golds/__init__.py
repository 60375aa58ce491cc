"""Gold answers that experts agree against: found, and as people see them."""
