"""What all sides agree on: states, kinds of letter, when findings make a common issue, what may not be named. Pure."""
