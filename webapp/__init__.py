import moe_core  # noqa: F401 (before numpy is loaded: it says how its threads wait)
