"""Organization department node: personnel matters handed over, letters, consultations."""
