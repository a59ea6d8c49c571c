"""HTTP: applications, sign-in, problems, writes, forms, tables and pages."""
