-- What each record of a merged person adds is stored as that of anybody else. A row with `deduction_for` holds what has to be added to them, mostly below
-- zero, so that the person counts once: exact answers sum up all rows, and the public figures deduct what was published of them.
ALTER TABLE live.contributions ADD COLUMN deduction_for uuid;
CREATE INDEX contributions_deducted ON live.contributions (deduction_for) WHERE deduction_for IS NOT NULL;

-- A candidate that the former release was filling is made anew: its table has no such column.
DROP SCHEMA IF EXISTS candidate CASCADE;

-- The deductions as the public figures contain them, and their sum in the total of each indicator.
CREATE TABLE published_deductions (
    owner uuid PRIMARY KEY,
    added text NOT NULL
);
CREATE TABLE deducted_totals (
    indicator text PRIMARY KEY,
    n bigint NOT NULL
);
