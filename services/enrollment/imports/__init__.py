"""Bulk import: the rows of an office's sheet become enrollments, one by one."""
