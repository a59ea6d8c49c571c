-- A heading can name a person: none is left of an import that was erased.
UPDATE imports SET declaration = declaration - 'columns' WHERE erased_at IS NOT NULL AND declaration ? 'columns';
