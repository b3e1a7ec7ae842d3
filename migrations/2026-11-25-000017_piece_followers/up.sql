-- How many followers a piece's range held when it was cut, so that an author can be told how far a delivery is without
-- anybody counting them again.
ALTER TABLE pieces ADD COLUMN followers bigint NOT NULL DEFAULT 0;
