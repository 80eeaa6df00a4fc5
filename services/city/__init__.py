"""City node: what a county does, plus publishing lists, issuing notices, deciding requests and watching over its counties."""
