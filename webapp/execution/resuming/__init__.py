"""Runs that ended and are taken up again: asking for what failed, going on with the rest."""
