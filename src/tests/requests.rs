//! Requests byte by byte: slow ones, packed ones, ones that two servers would read in two ways, and parts of files.

mod memory;
mod packed;
mod ranges;
mod slow;
mod smuggling;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::test_app::PATIENCE;

/// A connection that bytes are written to as they are.
struct Wire {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Wire {
    async fn to(address: &str) -> Self {
        let host = address.trim_start_matches("http://");
        Self {
            stream: TcpStream::connect(host).await.unwrap(),
            read: Vec::new(),
        }
    }

    /// Whoever is at the other end may have hung up.
    async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref()).await;
    }

    /// Everything until the server ends the connection.
    async fn until_end(mut self) -> String {
        let whole = timeout(PATIENCE, self.stream.read_to_end(&mut self.read)).await;
        // A connection that is reset has ended too.
        let _ = whole.expect("the server ends the connection");
        String::from_utf8_lossy(&self.read).into_owned()
    }

    /// The next answer with its body, and what came behind it stays for the next call; `None` when the connection ended.
    async fn answer(&mut self) -> Option<String> {
        loop {
            if let Some(end) = end_of_answer(&self.read) {
                let rest = self.read.split_off(end);
                let answer = std::mem::replace(&mut self.read, rest);
                return Some(String::from_utf8_lossy(&answer).into_owned());
            }
            let more = self.stream.read_buf(&mut self.read);
            match timeout(PATIENCE, more).await.expect("an answer comes") {
                Ok(0) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}

/// Where the first answer ends, when all of it is there: its length is always given here, but for small heads without one.
fn end_of_answer(read: &[u8]) -> Option<usize> {
    let text = String::from_utf8_lossy(read);
    let head = text.find("\r\n\r\n")? + 4;
    let length = text[..head].lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().unwrap())
    });
    let end = head + length.unwrap_or(0);
    (read.len() >= end).then_some(end)
}

fn status(answer: &str) -> u16 {
    let status = answer.split(' ').nth(1);
    status
        .and_then(|status| status.parse().ok())
        .unwrap_or_else(|| panic!("no answer: {answer:?}"))
}
