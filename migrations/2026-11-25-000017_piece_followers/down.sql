ALTER TABLE pieces DROP COLUMN followers;
