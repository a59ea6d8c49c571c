"""Reviews: who compares two records of people, or a row with whoever has its document, decides whether both are one."""
