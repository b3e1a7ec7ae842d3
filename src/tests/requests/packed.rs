//! Bodies that come packed.

use std::io::Write;

use flate2::{
    Compression,
    write::{GzEncoder, ZlibEncoder},
};
use reqwest::{Method, Response, header};

use crate::{person::Person, test_app::TestApp};

const LARGEST: usize = 256 * 1024;

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A form with a tweet of nothing but white space around one word, `length` bytes long.
fn form(word: &str, length: usize) -> Vec<u8> {
    let mut form = format!("status={word}").into_bytes();
    form.resize(length.max(form.len()), b'+');
    form
}

async fn post(ann: &Person, encoding: &str, body: Vec<u8>) -> Response {
    ann.request(Method::POST, "/api/v1/statuses")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::CONTENT_ENCODING, encoding)
        .body(body)
        .send()
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_body_is_what_it_holds() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let mut right = vec![
        ("gzip", gzip(&form("one", 0))),
        ("GZip", gzip(&form("two", 0))),
        ("x-gzip", gzip(&form("three", 0))),
        ("deflate", deflate(&form("four", 0))),
        ("identity", form("five", 0)),
        ("gzip", gzip(&form("six", LARGEST))),
    ];
    // Several members make one body (RFC 1952).
    right.push(("gzip", [gzip(b"status=se"), gzip(b"ven")].concat()));
    let words = ["one", "two", "three", "four", "five", "six", "seven"];
    for ((encoding, body), word) in right.into_iter().zip(words) {
        let answer = post(&ann, encoding, body).await;
        assert_eq!(answer.status(), 200, "{word}");
        let tweet: serde_json::Value = answer.json().await.unwrap();
        assert_eq!(tweet["content"], format!("<p>{word}</p>"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packed_body_that_is_too_much_or_broken_is_refused() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let whole = gzip(&form("whole", 0));
    let mut flipped = whole.clone();
    let last = flipped.len() - 6;
    flipped[last] ^= 1; // in the checksum
    let wrong: Vec<(&str, Vec<u8>, u16)> = vec![
        ("gzip", gzip(&form("a", LARGEST + 1)), 413),
        ("deflate", deflate(&form("a", LARGEST + 1)), 413),
        ("gzip", gzip(&form("a", 100_000_000)), 413),
        ("deflate", deflate(&form("a", 100_000_000)), 413),
        ("gzip", gzip(&gzip(&form("a", 100_000_000))), 400),
        ("gzip", vec![gzip(&form("a", 200_000)); 2].concat(), 413),
        ("gzip", form("a", 0), 400),
        ("gzip", Vec::new(), 400),
        ("deflate", whole.clone(), 400),
        ("gzip", whole[..whole.len() - 1].to_vec(), 400),
        ("gzip", whole[..12].to_vec(), 400),
        ("gzip", flipped, 400),
        ("br", whole.clone(), 415),
        ("zstd", whole.clone(), 415),
        ("gzip, gzip", gzip(&whole), 415),
        ("gzip\t,", whole.clone(), 415),
        ("chunked", whole, 415),
    ];
    for (encoding, body, expected) in wrong {
        let what = format!("{encoding}, {} bytes", body.len());
        let answer = post(&ann, encoding, body).await;
        assert_eq!(answer.status(), expected, "{what}");
        let said: serde_json::Value = answer.json().await.unwrap();
        assert!(said["error"].is_string(), "{what}: {said}");
    }
    assert!(ann.home().await.is_empty());
}
