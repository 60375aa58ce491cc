"""Runs: started, listed, looked into, tried."""
