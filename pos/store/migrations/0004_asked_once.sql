-- A screen that asks again for the same sale, because no answer came, gets the same sale.

ALTER TABLE sale ADD COLUMN asked_key TEXT NOT NULL DEFAULT '';   -- '' when the screen gave none

CREATE UNIQUE INDEX sale_asked_once ON sale (asked_key) WHERE asked_key <> '';
