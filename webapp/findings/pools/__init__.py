"""What is found of a pool and its profile: which ways to answer, which experts, how many seats."""
