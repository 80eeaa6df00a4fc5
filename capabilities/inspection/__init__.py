"""巡察实施: targets, coverage, rounds, teams, findings and what is filed upward. Other capabilities read it through `register`."""
