-- No worker of the former release writes to the former name any more.
DROP VIEW heard_programmes;
