DROP TABLE former_names;
DROP TABLE deletions;
