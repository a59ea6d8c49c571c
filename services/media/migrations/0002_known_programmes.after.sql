-- No process of the former release uses the former name any more.
DROP VIEW known_programmes;
ALTER TABLE heard_programmes RENAME TO known_programmes;
