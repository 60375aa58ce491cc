"""Pages that open without anything in them."""

PAGES = [
    "/",
    "/runs/",
    "/runs/new",
    "/question-sets/",
    "/question-sets/new",
    "/experts/",
    "/experts/presets",
    "/experts/new",
    "/pools/",
    "/pools/new",
]
