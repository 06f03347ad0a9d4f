-- The exact text of a code that was paid at once: with it the consent is sent. Empty where an offer
-- was agreed to, which the provider knows.
ALTER TABLE review ADD COLUMN code TEXT NOT NULL DEFAULT '';
