//! Who someone is: signing up, logging in and out, and their profile.

pub mod device;
pub mod email;
pub mod export;
pub mod guessing;
mod limits;
pub mod name;
pub mod password;
pub mod profile;
pub mod session;
pub mod sign_up;
pub mod token;

pub use device::Device;
pub use email::may_write;
pub use session::{
    Begun, Viewer, authenticate, change_password, identify, log_in, log_out, read_token,
};
pub use sign_up::{SignUp, sign_up};
