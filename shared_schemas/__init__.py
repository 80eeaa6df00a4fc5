"""What offices say to each other: event types, value types, limits. No I/O, no clock, no decisions."""
