"""Province node: its own inspections, lists and decisions for the cities, and the linkage dashboards."""
