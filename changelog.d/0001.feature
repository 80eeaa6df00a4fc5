The linkage runs: every office its own node (service, PostgreSQL, NATS server), shared lists, common-issue notices, lifted requests and clue
transfers end to end, indicators and dashboards, from `make demo`.
