"""How far runs are: bars, times left, what stands on the GPU, what happened, in words."""
