"""What the experts of a run's pool answered to its questions elsewhere, whether they held a seat or
not: `known` reads it, `oracles` finds for a whole run whether a right answer was to be had."""
