`node backup` writes database, keys and settings into one encrypted file while the node serves; `node restore` puts the office back on an empty machine by one
command, verifies it, and what came after the backup returns from the peers. `node forget-backup` notes that a backup was destroyed.
