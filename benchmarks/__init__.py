"""What the documentation's figures come from. `make bench-recorded` and the like run them."""
