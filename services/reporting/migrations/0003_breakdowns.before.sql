-- What each owner added when the public breakdowns of people were last compared: an owner whose contribution differs has changed since.
CREATE TABLE compared_contributions (
    owner uuid PRIMARY KEY,
    added text NOT NULL
) WITH (fillfactor = 80);

-- The sums of the compared contributions in each cell of the public lists.
CREATE TABLE compared_counts (
    indicator text NOT NULL,
    dimension text NOT NULL,
    member text NOT NULL,
    n bigint NOT NULL,
    PRIMARY KEY (indicator, dimension, member)
);

-- Who changed in a cell since its public figure moved, and by how much in all. A change that was undone leaves no row. The cell of a total holds who changed
-- since the indicator was due; the member `withheld`, or `withheld in` a part, holds who changed in all withheld cells since their sum could be told.
CREATE TABLE unpublished_changes (
    indicator text NOT NULL,
    dimension text NOT NULL,
    member text NOT NULL,
    owner uuid NOT NULL,
    difference integer NOT NULL,
    PRIMARY KEY (indicator, dimension, member, owner)
);

-- The lists that are public already hold what is counted now.
INSERT INTO compared_contributions SELECT owner, added FROM live.contributions;
INSERT INTO compared_counts SELECT measure, dimension, member, n FROM live.margins WHERE measure IN ('enrolled', 'attendees', 'attended', 'trained');
