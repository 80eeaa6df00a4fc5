"""Tools that make a fresh checkout runnable. Standard library only: nothing is installed yet when they run."""
