//! Bodies that come packed. They are unpacked only as far as they may be: some hundred bytes can hold gigabytes.

use std::io::{self, Write};

use actix_web::{
    HttpRequest,
    http::header::{CONTENT_ENCODING, HeaderValue},
    web::Bytes,
};
use flate2::write::{MultiGzDecoder, ZlibDecoder};

use super::LARGEST;
use crate::{http::failure::Failure, language::message};

const TAKEN: &str = "gzip or deflate";

/// How a body is packed, as `Content-Encoding` says.
#[derive(Clone, Copy, Debug)]
pub enum Packing {
    Identity,
    Gzip,
    Deflate,
}

impl Packing {
    /// # Errors
    /// 415 for one that is not taken here, also for several of them.
    pub fn of(request: &HttpRequest) -> Result<Self, Failure> {
        let mut named = request.headers().get_all(CONTENT_ENCODING);
        let (name, another) = (named.next(), named.next());
        let name = name.map_or(Ok(""), HeaderValue::to_str);
        let unknown = Failure::UnsupportedEncoding(TAKEN);
        match name.map(|name| name.trim().to_ascii_lowercase()).as_deref() {
            _ if another.is_some() => Err(unknown),
            Ok("" | "identity") => Ok(Self::Identity),
            Ok("gzip" | "x-gzip") => Ok(Self::Gzip),
            Ok("deflate") => Ok(Self::Deflate),
            _ => Err(unknown),
        }
    }

    /// # Errors
    /// 413 when it holds too much, 400 when it is broken.
    pub fn unpacked(self, body: Bytes) -> Result<Bytes, Failure> {
        let unpacked = match self {
            Self::Identity => return Ok(body),
            Self::Gzip => {
                let mut decoder = MultiGzDecoder::new(Bounded::default());
                let written = decoder.write_all(&body);
                written.and_then(|()| decoder.finish())
            }
            Self::Deflate => {
                let mut decoder = ZlibDecoder::new(Bounded::default());
                let written = decoder.write_all(&body);
                written.and_then(|()| decoder.finish())
            }
        };
        match unpacked {
            Ok(Bounded(bytes)) => Ok(bytes.into()),
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                Err(Failure::TooLarge(LARGEST))
            }
            Err(error) => {
                let said = message("body-not-unpacked").with("problem", error.to_string());
                Err(Failure::bad_request(said))
            }
        }
    }
}

/// Takes as much as a body may have.
#[derive(Default)]
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LARGEST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
