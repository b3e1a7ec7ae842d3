//! What the process takes while it is sent too much.

use std::time::Duration;

use tokio::task::JoinSet;

use super::{Wire, packed::gzip, status};
use crate::{
    process::Process,
    system::System,
    test_app::{PATIENCE, Profile},
};

const MEGABYTE: usize = 1024 * 1024;
const AT_ONCE: usize = 32;

/// The most memory that it has held until now, in bytes.
fn most_memory(process: &Process) -> usize {
    process.figure("VmHWM") * 1024
}

fn post(more: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /login HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{more}\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_is_refused_within_ten_seconds_and_fifty_megabytes() {
    let system = System::prepared(Profile::Embedded, &[]).await;
    let process = system.start(&["serve"]);
    let address = process.address().await;
    let zeros = vec![b' '; 200 * MEGABYTE];
    let json = [b"{\"client_name\": \"", &zeros[..10 * MEGABYTE], b"\"}"].concat();
    let bomb = gzip(&zeros);
    assert!(bomb.len() < 256 * 1024, "{}", bomb.len());
    let requests = [
        (post("", &json), 413),
        (post("content-encoding: gzip\r\n", &bomb), 413),
        (post("content-encoding: gzip\r\n", &gzip(&bomb)), 400),
        // A head that is larger than any, and bodies of which only the beginning comes.
        (
            [b"GET /", &vec![b'a'; MEGABYTE][..], b" HTTP/1.1\r\n\r\n"].concat(),
            431,
        ),
        (post("", &json)[..200_000].to_vec(), 408),
        (b"POST /login HTTP/1.1\r\nhost: here\r\n".to_vec(), 408),
    ];
    // What it takes anyhow, once it has answered anything.
    assert_eq!(reqwest::get(&address).await.unwrap().status(), 200);
    let before = most_memory(&process);
    let mut sent = JoinSet::new();
    for (request, expected) in requests {
        for _ in 0..AT_ONCE {
            let (address, request) = (address.clone(), request.clone());
            sent.spawn(async move {
                let mut wire = Wire::to(&address).await;
                // Who is refused may not be read to the end.
                let (mut reading, mut writing) = wire.stream.split();
                let write = tokio::io::AsyncWriteExt::write_all(&mut writing, &request);
                let mut answer = Vec::new();
                let read = tokio::io::AsyncReadExt::read_buf(&mut reading, &mut answer);
                let begun = std::time::Instant::now();
                let both = async { tokio::join!(write, read) };
                let _ = tokio::time::timeout(PATIENCE, both)
                    .await
                    .expect("an answer");
                let answer = String::from_utf8_lossy(&answer).into_owned();
                (status(&answer), expected, begun.elapsed(), answer)
            });
        }
    }
    let all = sent.join_all().await;
    assert_eq!(all.len(), 6 * AT_ONCE);
    for (status, expected, after, answer) in all {
        assert_eq!(status, expected, "{answer}");
        assert!(after < Duration::from_secs(10), "{expected}: {after:?}");
    }
    let more = most_memory(&process) - before;
    assert!(more < 50 * MEGABYTE, "{} MB more", more / MEGABYTE);
    assert_eq!(reqwest::get(&address).await.unwrap().status(), 200);
}
