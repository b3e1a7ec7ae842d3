//! Passwords: hashed with bcrypt, on threads of their own and only a few at a time, since each hash
//! keeps a core busy for a good part of a second.

use std::sync::Arc;

use base64::{Engine, prelude::BASE64_STANDARD};
use bcrypt::HashParts;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use zxcvbn::Score;

use crate::{
    error::{Error, Result},
    language::{Message, message},
};

const SHORTEST: usize = 8;
/// From here on a password is taken without a look at what it is.
const LONG: usize = 15;
const LONGEST: usize = 128;
/// How many may wait for each that is being hashed: a few seconds' worth. More are told to come back.
const WAITING_A_SLOT: usize = 16;
/// How much lower than other threads those that hash are ranked (nice): where all cores are busy they get a tenth.
const NICE: i32 = 10;
/// A hash that no password is known for, after its cost: salt and digest.
const DECOY: &str = "abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ0123C";

/// A password that may be set: 15 to 128 characters, or 8 if it is hard to guess.
#[derive(Clone, Debug)]
pub struct Password(SecretString);

impl Password {
    /// `about` are words that somebody would try first, such as the username. A short password takes a millisecond.
    ///
    /// # Errors
    /// A sentence that says what to change.
    pub fn choose(input: &str, about: &[&str]) -> Result<Self, Message> {
        let length = input.chars().count();
        if length == 0 {
            return Err(message("password-missing"));
        }
        if length < SHORTEST {
            let said = message("password-short").with("least", SHORTEST);
            return Err(said.with("has", length));
        }
        if length > LONGEST {
            let said = message("password-long").with("most", LONGEST);
            return Err(said.with("has", length));
        }
        if length < LONG && zxcvbn::zxcvbn(input, about).score() < Score::Three {
            return Err(message("password-guessed").with("long", LONG));
        }
        Ok(Self::attempt(input))
    }

    /// What someone typed to log in, whatever it is.
    pub fn attempt(input: &str) -> Self {
        Self(SecretString::from(input.to_owned()))
    }

    /// bcrypt reads 72 bytes and no further, and stops at a NUL. So it gets a digest of the whole password,
    /// as 44 characters of base64.
    fn digest(&self) -> String {
        BASE64_STANDARD.encode(Sha256::digest(self.0.expose_secret().as_bytes()))
    }
}

/// Hashes and compares passwords in a bounded pool; clones share it.
#[derive(Clone, Debug)]
pub struct Hasher {
    cost: u32,
    /// So many are hashed at once.
    cores: usize,
    slots: Arc<Semaphore>,
    /// Those who wait and those who are served.
    places: Arc<Semaphore>,
    /// What an unknown name's password is compared with, so that it takes as long as a known one's.
    decoy: Arc<str>,
}

impl Hasher {
    /// `cost` is bcrypt's work factor, 4 to 31.
    pub fn new(cost: u32) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self {
            cost,
            cores,
            slots: Arc::new(Semaphore::new(cores)),
            places: Arc::new(Semaphore::new(cores * (1 + WAITING_A_SLOT))),
            decoy: format!("$2b${cost:02}${DECOY}").into(),
        }
    }

    /// Whether a hash took less work than one made now would.
    pub fn is_outdated(&self, hash: &str) -> bool {
        let parts: Result<HashParts, _> = hash.parse();
        parts.is_ok_and(|parts| parts.get_cost() < self.cost)
    }

    /// Whether more wait than are hashed, as when somebody floods the server with log-ins.
    fn is_flooded(&self) -> bool {
        let taken = self.cores * (1 + WAITING_A_SLOT) - self.places.available_permits();
        taken > self.cores * 2
    }

    /// A place in the queue, to be had before anything else is done for whoever wants it.
    ///
    /// # Errors
    /// [`Error::Busy`] when too many wait already.
    pub fn place(&self) -> Result<Place> {
        let permit = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_full| Error::Busy)?;
        Ok(Place {
            hasher: self.clone(),
            permit,
        })
    }
}

/// The right to have one password hashed or compared.
#[derive(Debug)]
pub struct Place {
    hasher: Hasher,
    permit: OwnedSemaphorePermit,
}

impl Place {
    /// # Errors
    /// [`Error::Internal`] when no thread can be started.
    pub async fn hash(self, password: &Password) -> Result<String> {
        let (digest, cost) = (password.digest(), self.hasher.cost);
        self.run(move || bcrypt::hash(digest, cost)).await
    }

    /// Whether the password is the one that was hashed. Without a hash it takes the same time and is false.
    ///
    /// # Errors
    /// [`Error::Internal`] when the stored hash is not one of bcrypt's.
    pub async fn verify(self, password: &Password, hash: Option<&str>) -> Result<bool> {
        // An account may have no usable hash; it is then as unknown as none.
        let known = hash.filter(|hash| hash.starts_with("$2"));
        let (digest, against) = (
            password.digest(),
            known.unwrap_or(&self.hasher.decoy).to_owned(),
        );
        let same = self.run(move || bcrypt::verify(digest, &against)).await?;
        Ok(same && known.is_some())
    }

    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> bcrypt::BcryptResult<T> + Send + 'static,
    ) -> Result<T> {
        let Self { hasher, permit } = self;
        let slot = Arc::clone(&hasher.slots)
            .acquire_owned()
            .await
            .map_err(Error::internal)?;
        let is_flooded = hasher.is_flooded();
        let (done, result) = oneshot::channel();
        // A thread for each, since a rank once lowered cannot be raised again.
        let hash = move || {
            step_back(is_flooded);
            let worked = work();
            drop((slot, permit));
            // Whoever asked may have gone away.
            let _ = done.send(worked);
        };
        std::thread::Builder::new()
            .name("password".to_owned())
            .spawn(hash)
            .map_err(Error::internal)?;
        result
            .await
            .map_err(Error::internal)?
            .map_err(Error::internal)
    }
}

/// Ranks this thread below the others, in a flood below all. Elsewhere than on Linux that would rank the whole process.
#[cfg_attr(not(target_os = "linux"), expect(unused_variables))]
fn step_back(is_flooded: bool) {
    #[cfg(target_os = "linux")]
    if !(is_flooded && become_idle())
        && let Err(error) = rustix::process::nice(NICE)
    {
        tracing::debug!(%error, "hashing at the usual rank");
    }
}

/// Has this thread give way at once to whoever has something to do, and get next to nothing where all cores are busy. A nice
/// one keeps its core until the next tick of the scheduler, and what is read meanwhile waits for that. False where it is
/// forbidden.
#[cfg(target_os = "linux")]
fn become_idle() -> bool {
    use thread_priority::{
        NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
        set_thread_priority_and_policy, thread_native_id,
    };
    let idle = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, idle).is_ok()
}
