-- The former release knew the forms of sheets by digests without a key, by which the words of a heading can be guessed: they are forgotten.
DELETE FROM sheet_forms;
