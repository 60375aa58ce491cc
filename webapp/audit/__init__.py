"""Who did what to which object, when and from where: written once, in the transaction of what it
tells of, and never changed. `recording.record` is all that others call to add to it."""
