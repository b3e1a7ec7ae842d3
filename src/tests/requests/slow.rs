//! Whoever sends a request slowly is told so and loses the connection.

use std::time::Duration;

use tokio::{io::AsyncReadExt, time::timeout};

use super::{Wire, status};
use crate::test_app::{PATIENCE, Profile, TestApp};

const PACE: Duration = Duration::from_millis(50);
const WITHIN: [(&str, &str); 1] = [("TWITCLONE__SERVER__REQUEST_SECONDS", "1")];

/// Sends the beginning at once and then the same few bytes again and again, each sooner than anybody would call it idle,
/// until the server has had enough.
async fn trickled(address: &str, begin: &str, again: &str) -> String {
    trickled_on(Wire::to(address).await, begin, again).await
}

async fn trickled_on(mut wire: Wire, begin: &str, again: &str) -> String {
    wire.send(begin).await;
    let trickle = async {
        loop {
            let more = wire.stream.read_buf(&mut wire.read);
            match timeout(PACE, more).await {
                Ok(Ok(0) | Err(_)) => break,
                Ok(Ok(_)) => {}
                Err(_) => wire.send(again).await,
            }
        }
    };
    timeout(PATIENCE, trickle)
        .await
        .expect("the server ends the connection");
    String::from_utf8_lossy(&wire.read).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_head_is_answered_408() {
    let app = TestApp::start(Profile::Embedded, &WITHIN).await;
    for (begin, again) in [
        ("", "G"),
        ("G", ""),
        ("GET / HTTP/1.1\r\nhost: here\r\n", "x: y\r\n"),
        ("GET / HTTP/1.1\r\nhost: here\r\nx: ", "y"),
    ] {
        let answer = trickled(&app.address, begin, again).await;
        // A head that is no head from its first bytes on may be told so sooner.
        assert!(matches!(status(&answer), 400 | 408), "{begin:?}: {answer}");
        if !begin.is_empty() {
            assert_eq!(status(&answer), 408, "{begin:?}: {answer}");
        }
    }
}

/// Whoever had an answer already loses the connection as well, without another word.
#[tokio::test(flavor = "multi_thread")]
async fn a_later_head_that_is_slow_ends_the_connection() {
    let app = TestApp::start(Profile::Embedded, &WITHIN).await;
    let whole = "GET /health/live HTTP/1.1\r\nhost: here\r\n\r\n";
    let posted = "POST /login HTTP/1.1\r\nhost: here\r\nsec-fetch-site: same-origin\r\n\
        content-type: application/x-www-form-urlencoded\r\ncontent-length: 23\r\n\r\nusername=ann&password=b";
    for (first, begin, again) in [
        (whole, "G", ""),
        (posted, "G", ""),
        (whole, "GET / HTTP/1.1\r\nhost: here\r\n", "x: y\r\n"),
        (posted, "GET / HTTP/1.1\r\nhost: here\r\nx: ", "y"),
    ] {
        let mut wire = Wire::to(&app.address).await;
        for _ in 0..3 {
            wire.send(first).await;
            assert!(wire.answer().await.is_some(), "{first:?}");
        }
        let answer = trickled_on(wire, begin, again).await;
        assert_eq!(answer, "", "{begin:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_body_is_answered_408_and_does_nothing() {
    let app = TestApp::start(Profile::Embedded, &WITHIN).await;
    let ann = app.person("ann").await;
    let bearer = format!("authorization: Bearer {}\r\n", ann.token);
    let json = "content-type: application/json\r\n";
    let form = "content-type: application/x-www-form-urlencoded\r\n";
    let begun = format!("content-length: 1000\r\n\r\n{}", "status=");
    for (path, head, body, again) in [
        ("/api/v1/statuses", form, begun.as_str(), "a"),
        ("/api/v1/statuses", json, "content-length: 90\r\n\r\n", ""),
        (
            "/api/v1/statuses",
            form,
            "transfer-encoding: chunked\r\n\r\n7\r\nstatus=\r\n",
            "1\r\na\r\n",
        ),
        ("/login", form, begun.as_str(), "a"),
        ("/tweets", form, begun.as_str(), "a"),
    ] {
        let begin = format!("POST {path} HTTP/1.1\r\nhost: here\r\n{bearer}{head}{body}");
        let answer = trickled(&app.address, &begin, again).await;
        assert_eq!(status(&answer), 408, "{path} {body:?}: {answer}");
        assert!(answer.contains("within 1 second"), "{answer}");
        let is_json = answer.contains("{\"error\":");
        assert_eq!(is_json, path.starts_with("/api/"), "{answer}");
        assert!(
            answer.contains("x-content-type-options: nosniff"),
            "{answer}"
        );
    }
    assert!(ann.home().await.is_empty());
}

/// What nobody reads is not waited for for ever.
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_body_that_nobody_asked_for_ends_too() {
    let app = TestApp::start(Profile::Embedded, &WITHIN).await;
    for head in [
        "GET / HTTP/1.1\r\nhost: here\r\ncontent-length: 1000000\r\n\r\n",
        "POST /nowhere HTTP/1.1\r\nhost: here\r\ncontent-length: 1000000\r\n\r\n",
        "POST /nowhere HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n",
        "DELETE /login HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n",
    ] {
        let answer = trickled(&app.address, head, "1\r\na\r\n").await;
        assert!(
            matches!(status(&answer), 200 | 404 | 405),
            "{head}: {answer}"
        );
    }
}
