-- An event that is sent as several types is one row for each; every one of them names all the types, the newest first.
ALTER TABLE outbox ADD COLUMN sent_as text;
