"""What everybody may read of programmes: their content, their open cohorts, and the syllabus to print."""
