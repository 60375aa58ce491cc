"""What this machine is: its GPUs, and what it needs before anything is installed."""
