"""Of question sets: gold answers that experts agree against, and who does how well on a set."""
