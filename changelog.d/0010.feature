A node that starts before its PostgreSQL waits up to a minute for it (`database_patience_s`) and otherwise ends with one sentence naming the address.
