//! Request smuggling: where a proxy could take a request to end elsewhere than we do, what follows must not become a
//! request of its own. Such requests are refused, and the connection ends with that.

use super::{Wire, status};
use crate::test_app::TestApp;

/// It would be answered with its path on the page.
const HIDDEN: &str = "GET /hidden HTTP/1.1\r\nhost: here\r\nx: y\r\n\r\n";
/// A body that ends at once for who reads chunks, and holds the hidden request for who counts bytes.
const CHUNKED_END: &str = "0\r\n\r\n";

/// Lines of the head, without their ends, that say in two ways, or in a wrong way, where the body ends.
fn unclear_heads() -> Vec<String> {
    let mut heads: Vec<String> = [
        // Both (RFC 9112, 6.1)
        "content-length: 5|transfer-encoding: chunked",
        "transfer-encoding: chunked|content-length: 5",
        "content-length: 0|transfer-encoding: chunked",
        "content-length: 5|transfer-encoding: identity",
        "content-length: 5|transfer-encoding: ",
        // Two lengths
        "content-length: 5|content-length: 6",
        "content-length: 5|content-length: 5",
        "content-length: 0|content-length: 40",
        "content-length: 5, 5",
        "content-length: 5, 6",
        "content-length: 5,",
        // What is no length
        "content-length: +5",
        "content-length: -5",
        "content-length: -0",
        "content-length: 0x5",
        "content-length: 5.0",
        "content-length: 5e0",
        "content-length: 5 5",
        "content-length: 5_0",
        "content-length: \"5\"",
        "content-length: five",
        "content-length: ",
        "content-length: 5;a=b",
        "content-length: 18446744073709551616",
        "content-length: 99999999999999999999999999",
        "content-length: \u{665}",
        // Names with white space or control characters in them
        "content-length : 5",
        "content-length\t: 5",
        " content-length: 5",
        "\tcontent-length: 5",
        "content length: 5",
        "transfer-encoding : chunked",
        "transfer-encoding\t: chunked",
        "transfer\u{b}-encoding: chunked",
        "\u{1}transfer-encoding: chunked",
        "x: y\rtransfer-encoding: chunked",
        "x: y\0|content-length: 5",
        "x\0: y|content-length: 5",
        "x|content-length: 5",
        ": x|content-length: 5",
        // Lines that go on (RFC 9112, 5.2)
        "x: y| content-length: 5",
        "content-length:| 5",
        "transfer-encoding:| chunked",
        "transfer-encoding: chunked| , identity",
        // Codings that are not the one
        "transfer-encoding: chunked, chunked",
        "transfer-encoding: chunked, identity",
        "transfer-encoding: identity, chunked",
        "transfer-encoding: gzip, chunked",
        "transfer-encoding: chunked;q=1",
        "transfer-encoding: xchunked",
        "transfer-encoding: chunkedx",
        "transfer-encoding: \"chunked\"",
        "transfer-encoding: 'chunked'",
        "transfer-encoding: ch\u{fc}nked",
        "transfer-encoding: chunked\u{b}",
        "transfer-encoding: \u{b}chunked",
        "transfer-encoding: ,chunked",
        "transfer-encoding: chunked,",
        "transfer-encoding: cow",
        "transfer-encoding: identity",
        "transfer-encoding: ",
        "transfer-encoding: chunked|transfer-encoding: chunked",
        "transfer-encoding: chunked|transfer-encoding: identity",
        "transfer-encoding: identity|transfer-encoding: chunked",
        "transfer-encoding: chunked|transfer-encoding: cow",
        "transfer-encoding: cow|transfer-encoding: chunked",
        "transfer-encoding: chunked, gzip",
        // Two hosts
        "host: elsewhere",
    ]
    .iter()
    .map(|lines| lines.replace('|', "\r\n"))
    .collect();
    for space in ["\u{b}", "\u{c}", "\u{7f}", "\u{0}"] {
        heads.push(format!("content-length: {space}5"));
        heads.push(format!("transfer-encoding:{space}chunked"));
    }
    heads
}

/// Bodies in chunks whose framing is wrong.
const WRONG_CHUNKS: [&str; 21] = [
    "\r\n0\r\n\r\n",
    "x\r\n",
    "0x5\r\nhello\r\n0\r\n\r\n",
    "+5\r\nhello\r\n0\r\n\r\n",
    "-5\r\nhello\r\n0\r\n\r\n",
    " 5\r\nhello\r\n0\r\n\r\n",
    "5 5\r\nhello\r\n0\r\n\r\n",
    "5\nhello\r\n0\r\n\r\n",
    "5\r\nhello\n0\r\n\r\n",
    "5\r\nhello0\r\n\r\n",
    "5\r\nhelloX\r\n0\r\n\r\n",
    "5\r\nhello\r\r\n0\r\n\r\n",
    "5\rhello\r\n0\r\n\r\n",
    "5\r\rhello\r\n0\r\n\r\n",
    "5;a\nb\r\nhello\r\n0\r\n\r\n",
    "5;a\0b\r\nhello\r\n0\r\n\r\n",
    "5;\r\rhello\r\n0\r\n\r\n",
    "fffffffffffffffff\r\nhello\r\n0\r\n\r\n",
    "10000000000000000\r\nhello\r\n0\r\n\r\n",
    "5\u{b}\r\nhello\r\n0\r\n\r\n",
    "0\r\n\rX",
];

/// First lines that are none.
const WRONG_LINES: [&str; 14] = [
    "GET  / HTTP/1.1",
    "GET /  HTTP/1.1",
    "GET\t/\tHTTP/1.1",
    "GET / HTTP/1.2",
    "GET / HTTP/2.0",
    "GET / HTTP/01.1",
    "GET / http/1.1",
    "GET / HTTP/1.1 ",
    "GET /\0 HTTP/1.1",
    "GET /\u{b}x HTTP/1.1",
    "G\0ET / HTTP/1.1",
    "G(ET / HTTP/1.1",
    "GET HTTP/1.1",
    "GET / FTP/1.1",
];

async fn everything(app: &TestApp, request: &str) -> String {
    let mut wire = Wire::to(&app.address).await;
    wire.send(request).await;
    wire.until_end().await
}

fn assert_refused(answer: &str, request: &str) {
    assert_eq!(status(answer), 400, "{request:?}: {answer:?}");
    let answers = answer.matches("HTTP/1.1 ").count();
    assert_eq!(answers, 1, "{request:?}: {answer:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_end_is_unclear_is_refused() {
    let app = TestApp::embedded().await;
    let heads = unclear_heads();
    assert!(heads.len() > 70);
    for head in heads {
        let request =
            format!("POST /login HTTP/1.1\r\nhost: here\r\n{head}\r\n\r\n{CHUNKED_END}{HIDDEN}");
        assert_refused(&everything(&app, &request).await, &request);
    }
    for line in WRONG_LINES {
        let request = format!("{line}\r\nhost: here\r\n\r\n{HIDDEN}");
        assert_refused(&everything(&app, &request).await, &request);
    }
    let old =
        format!("POST /login HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n{CHUNKED_END}{HIDDEN}");
    assert_refused(&everything(&app, &old).await, &old);
    let homeless = format!("GET / HTTP/1.1\r\n\r\n{HIDDEN}");
    assert_refused(&everything(&app, &homeless).await, &homeless);
}

/// Whoever has read the head already is told that the body is wrong; nothing behind it is read.
#[tokio::test(flavor = "multi_thread")]
async fn chunks_that_are_wrong_end_the_connection() {
    let app = TestApp::embedded().await;
    for path in ["/login", "/api/v1/statuses", "/nowhere", "/about"] {
        for chunks in WRONG_CHUNKS {
            let request = format!(
                "POST {path} HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\
                 content-type: application/x-www-form-urlencoded\r\n\r\n{chunks}{HIDDEN}"
            );
            let answer = everything(&app, &request).await;
            assert!(
                matches!(status(&answer), 400 | 401 | 404 | 405),
                "{request:?}: {answer:?}"
            );
            assert!(!answer.contains("/hidden"), "{request:?}: {answer:?}");
        }
    }
}

/// What is right, however odd, is one request; the next one on the connection is the next one.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_is_clear_ends_where_it_says() {
    let app = TestApp::embedded().await;
    let inside = HIDDEN.len();
    for (head, body) in [
        (format!("content-length: {inside}"), HIDDEN.to_owned()),
        (format!("Content-Length:{inside}"), HIDDEN.to_owned()),
        (format!("content-length: \t{inside}\t "), HIDDEN.to_owned()),
        (format!("content-length: 000{inside}"), HIDDEN.to_owned()),
        (
            "transfer-encoding: chunked".to_owned(),
            format!("{inside:x}\r\n{HIDDEN}\r\n0\r\n\r\n"),
        ),
        (
            "transfer-encoding: ChUnKeD".to_owned(),
            format!("{inside:X};a=\"b\"\r\n{HIDDEN}\r\n000\r\n\r\n"),
        ),
        (
            "transfer-encoding: chunked".to_owned(),
            format!(
                "000{inside:x}\r\n{HIDDEN}\r\n0\r\nx: {}\r\n\r\n",
                "GET /hidden HTTP/1.1"
            ),
        ),
        (
            "x-transfer-encoding: chunked\r\ncontent-length: 0".to_owned(),
            String::new(),
        ),
    ] {
        for path in ["/login", "/api/v1/statuses", "/nowhere"] {
            let request = format!("POST {path} HTTP/1.1\r\nhost: here\r\n{head}\r\n\r\n{body}");
            let mut wire = Wire::to(&app.address).await;
            wire.send(&request).await;
            wire.send("GET /robots.txt HTTP/1.1\r\nhost: here\r\nconnection: close\r\n\r\n")
                .await;
            let first = wire.answer().await.expect("an answer");
            assert!(
                matches!(status(&first), 401 | 404 | 415 | 422),
                "{request:?}: {first}"
            );
            // A body that nobody reads may end the connection instead.
            let next = wire.answer().await;
            let is_ours = next.as_ref().is_none_or(|next| next.contains("User-agent"));
            assert!(is_ours, "{request:?}: {next:?}");
            assert_eq!(wire.answer().await, None, "{request:?}");
        }
    }
}
