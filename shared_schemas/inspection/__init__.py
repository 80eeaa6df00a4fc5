"""Inspection: filings between tiers, and what an office tells itself."""
