//! Who someone is: signing up, logging in and out, and their profile.

mod ceremony;
pub mod deletion;
pub mod device;
pub mod email;
pub mod export;
pub mod guessing;
mod limits;
mod log_in;
pub mod name;
pub mod passkey;
pub mod password;
pub mod profile;
pub mod second_factor;
pub mod secret;
pub mod session;
pub mod sign_up;
pub mod token;

pub use device::Device;
pub use email::may_write;
pub use log_in::{FirstStep, log_in, log_in_by_code, log_in_by_passkey};
pub use session::{Begun, Viewer, authenticate, change_password, identify, log_out, read_token};
pub use sign_up::{SignUp, SignedUp, sign_up};
