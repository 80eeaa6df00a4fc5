`node check` verifies a node's database by itself, the node stopped and without any private key: chains from the first number, signatures,
receipts against decisions, the once-only register, the audit log and every business rule; a table on screen, `--json`, and an exit code.
