-- An account stays and keeps its id, whether or not something was posted to it.

CREATE TRIGGER account_stays BEFORE DELETE ON account
    BEGIN SELECT RAISE(ABORT, 'an account is never deleted'); END;
CREATE TRIGGER account_keeps_its_id BEFORE UPDATE OF account_id ON account
    BEGIN SELECT RAISE(ABORT, 'an account keeps its id'); END;
