"""Comments on what a team has, whom they mention, and the notices that people get of it."""
