-- The former release may have added jobs of the former kind since the other half.
UPDATE jobs SET kind = 'dead_letters.redrive' WHERE kind = 'deadletters.redrive';
