"""The queue of generations, and who serves it: what the gpu worker and the default worker share."""
