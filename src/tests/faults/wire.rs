//! HTTP over a bare connection, to be cut where one likes.

use std::{io, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use twitclone::id::TweetId;

use super::crowd::Member;

/// Nobody waits for an answer for longer.
const PATIENCE: Duration = Duration::from_secs(15);

/// One request to post, cut in two before its body.
pub struct Post {
    pub head: Vec<u8>,
    pub body: Vec<u8>,
}

impl Post {
    /// `more` are further header lines.
    pub fn new(author: &Member, key: &str, more: &str) -> Self {
        let body = json!({ "status": format!("tweet {key}") }).to_string();
        let head = format!(
            "POST /api/v1/statuses HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {}\r\nidempotency-key: {key}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n{more}\r\n",
            author.token,
            body.len()
        );
        Self {
            head: head.into(),
            body: body.into(),
        }
    }
}

pub async fn connect(address: &str) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(address.trim_start_matches("http://")).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Sends it whole; the status of the answer and what was posted.
pub async fn send(address: &str, post: &Post) -> io::Result<(u16, Option<TweetId>)> {
    let mut stream = connect(address).await?;
    stream.write_all(&post.head).await?;
    stream.write_all(&post.body).await?;
    answer(&mut stream).await
}

/// Reads until these words have come; false when the connection ended before.
pub async fn until_words(stream: &mut TcpStream, words: &str) -> io::Result<bool> {
    let mut read = Vec::new();
    loop {
        if String::from_utf8_lossy(&read).contains(words) {
            return Ok(true);
        }
        if read_some(stream, &mut read).await? == 0 {
            return Ok(false);
        }
    }
}

/// Reads a whole answer; an error when the connection ends before.
pub async fn answer(stream: &mut TcpStream) -> io::Result<(u16, Option<TweetId>)> {
    let mut read = Vec::new();
    loop {
        if let Some((status, body)) = whole(&read) {
            let tweet: Value = serde_json::from_str(&body).unwrap_or_default();
            let id = tweet["id"].as_str().and_then(|id| id.parse().ok());
            return Ok((status, id));
        }
        if read_some(stream, &mut read).await? == 0 {
            let text = String::from_utf8_lossy(&read).into_owned();
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, text));
        }
    }
}

async fn read_some(stream: &mut TcpStream, read: &mut Vec<u8>) -> io::Result<usize> {
    timeout(PATIENCE, stream.read_buf(read))
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

/// Status and body, once all of it has come.
fn whole(read: &[u8]) -> Option<(u16, String)> {
    let text = String::from_utf8_lossy(read);
    let (head, body) = text.split_once("\r\n\r\n")?;
    let head = head.to_ascii_lowercase();
    let length = head.split_once("content-length: ")?.1.lines().next()?;
    (body.len() >= length.trim().parse::<usize>().ok()?).then(|| {
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        (status, body.to_owned())
    })
}
