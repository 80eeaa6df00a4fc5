"""What officers of the adapting office do: signing, deciding item by item, merging, filing back, proposing."""
