"""How fast a register's page is at ten thousand rows, beside the bare queries it stands on."""
