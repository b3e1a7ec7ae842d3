//! Signing up, sessions, tokens.
