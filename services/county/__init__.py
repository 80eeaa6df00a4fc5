"""County node: everything a county inspection office can do, in one list."""
