"""Pages and JSON: the shell, components, ledgers, forms. Knows no capability by name."""
