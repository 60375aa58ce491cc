"""What each expert adds, whom a pool can do without, and whom it should take up: found by the
`default` worker from what is there, and kept (`findings`)."""
