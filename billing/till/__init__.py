"""till: see the public names of its modules."""
