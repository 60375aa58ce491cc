"""The queue of generations, and who serves it: what all workers share."""
