-- From where a session was begun, so that people can tell theirs from a thief's.
ALTER TABLE sessions ADD COLUMN address text NOT NULL DEFAULT '' CHECK (char_length(address) <= 45);
