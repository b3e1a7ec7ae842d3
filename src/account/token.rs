//! Access tokens: JWTs signed with HS256. A token names a session; what it may do ends with that session's
//! row, whatever the token says.

mod hs256;

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};

use crate::{
    config,
    error::{Error, Result},
    id::{SessionId, UserId},
};

/// Longer ones are not ours and are not worth reading.
const LONGEST: usize = 1024;

/// All that ours say. A token that says more was signed with our key for something else.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    sub: UserId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

/// A token whose signature is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    pub user: UserId,
    pub session: SessionId,
    pub expires_at: DateTime<Utc>,
}

/// Makes and reads tokens.
#[derive(Clone)]
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    lifetime: TimeDelta,
}

impl Tokens {
    pub fn new(settings: &config::Auth) -> Self {
        hs256::install();
        let secret = settings.secret_key.expose_secret().as_bytes();
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            lifetime: TimeDelta::minutes(settings.access_token_expire_minutes.into()),
        }
    }

    /// How long a token lasts.
    pub fn lifetime(&self) -> TimeDelta {
        self.lifetime
    }

    /// # Errors
    /// [`Error::Internal`] when signing fails.
    pub fn issue(&self, user: UserId, session: SessionId, now: DateTime<Utc>) -> Result<String> {
        let claims = Claims {
            sub: user,
            sid: session,
            iat: now.timestamp(),
            exp: (now + self.lifetime).timestamp(),
        };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .map_err(Error::internal)
    }

    /// What a token says, if we signed it. Whether it has expired is the caller's to judge by its own clock.
    pub fn read(&self, token: &str) -> Option<Token> {
        if token.len() > LONGEST {
            return None;
        }
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.set_required_spec_claims(&["sub", "exp"]);
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation)
            .ok()?
            .claims;
        Some(Token {
            user: claims.sub,
            session: claims.sid,
            expires_at: DateTime::from_timestamp(claims.exp, 0)?,
        })
    }
}
