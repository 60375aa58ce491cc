"""What a database may say that has nothing to do with what it was asked."""

from django.db import InterfaceError, OperationalError

# It is away or restarts, its disk is full, or another transaction was in the way: the same may go
# well a little later, so nobody takes it for a fault in what was to be done.
PASSING = (OperationalError, InterfaceError)
