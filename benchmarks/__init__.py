"""What the documentation's figures come from. `make bench-recorded` and the like run them."""

import moe_core  # noqa: F401 (before numpy is loaded: it says how its threads wait)
