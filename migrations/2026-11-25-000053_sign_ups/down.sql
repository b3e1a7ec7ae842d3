DROP TABLE invitations;
DROP TABLE sign_ups;
DROP INDEX users_name_skeleton;
DROP FUNCTION name_skeleton(text);
