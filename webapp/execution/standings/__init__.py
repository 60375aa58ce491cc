"""Who does how well on a question set: `answered` reads the verdicts of runs and of single experts,
`leaderboard` ranks them in a worker, and keeps that."""
