"""A report in each of its forms. Each module has `write(report, view) -> str`."""
