"""Whether a model fits a GPU, told from its own files, without loading it and without Django.

`sources.shape_of` finds a model's shape: in its folder, in the hub's cache, or among the published
sizes. `fits.fit` says what vLLM 0.32 would do with it on a GPU, `sleepers.sleepers_of` how many
models a host holds asleep, `table.table` all that for many models and GPUs. Sizes are in bytes; GB
are 1024³ of them, as in SKILLMOE_SLEEP_GB. The rules are read off vLLM's sources, whose files are
named beside them; what is an estimate says so.
"""

MB, GB = 1024**2, 1024**3
