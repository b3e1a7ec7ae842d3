//! Secrets that a link, a cookie or a form brings back. Whoever has to know one again keeps its hash.

use sha2::{Digest, Sha256};

/// One that nobody can guess.
pub fn fresh() -> String {
    format!("{:032x}", rand::random::<u128>())
}

/// As it is kept.
pub fn hash_of(secret: &str) -> [u8; 32] {
    Sha256::digest(secret).into()
}
