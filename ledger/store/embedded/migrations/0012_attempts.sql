-- What was answered at each attempt to tell a merchant: all but those that were taken at once, of which the row in the
-- outbox says everything.
CREATE TABLE attempt (
    sequence        INTEGER PRIMARY KEY,
    notification_id TEXT NOT NULL REFERENCES outbox,
    number          INTEGER NOT NULL CHECK (number >= 1),
    made_at         INTEGER NOT NULL,
    answer          TEXT NOT NULL
) STRICT;
CREATE INDEX attempt_of_notification ON attempt (notification_id, sequence);
