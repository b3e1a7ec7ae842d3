//! Mail that waits, and a mail server that takes it or does not.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use futures_util::future::join_all;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};
use twitclone::mail::postman;

use crate::test_app::{Profile, TestApp};

/// A mail server with a few words of SMTP (RFC 5321), which keeps what it gets.
#[derive(Clone, Default)]
struct MailServer {
    got: Arc<Mutex<Vec<String>>>,
    is_away: Arc<Mutex<bool>>,
}

impl MailServer {
    async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = self.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(server.clone().talk(stream));
            }
        });
        format!("smtp://{address}")
    }

    async fn talk(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut letter: Option<String> = None;
        write.write_all(b"220 here\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let is_away = *self.is_away.lock().unwrap();
            let answer = match &mut letter {
                Some(text) if line == "." => {
                    self.got.lock().unwrap().push(std::mem::take(text));
                    letter = None;
                    "250 taken"
                }
                Some(text) => {
                    text.push_str(&line);
                    text.push('\n');
                    continue;
                }
                None if line.starts_with("MAIL") && is_away => "451 try again later",
                None if line == "DATA" => {
                    letter = Some(String::new());
                    "354 go on"
                }
                None if line == "QUIT" => "221 bye",
                None => "250 well",
            };
            write
                .write_all(format!("{answer}\r\n").as_bytes())
                .await
                .unwrap();
        }
    }

    fn got(&self) -> Vec<String> {
        std::mem::take(&mut self.got.lock().unwrap())
    }
}

async fn by_smtp(server: &MailServer) -> TestApp {
    let url = server.start().await;
    let settings = [
        ("TWITCLONE__MAIL__SMTP_URL", url.as_str()),
        ("TWITCLONE__MAIL__FROM", "Here <post@example.org>"),
    ];
    TestApp::start(Profile::Embedded, &settings).await
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_goes_to_the_server_that_is_named() {
    let server = MailServer::default();
    let app = by_smtp(&server).await;
    app.person("ann").await;
    // However many look at once, it goes once.
    let sent = join_all((0..8).map(|_| postman::deliver(&app.app))).await;
    assert_eq!(sent.into_iter().map(Result::unwrap).sum::<usize>(), 1);
    let got = server.got();
    assert_eq!(got.len(), 1, "{got:?}");
    for line in [
        "From: Here <post@example.org>",
        "To: ann@example.org",
        "Subject: Confirm your email address for twitclone",
        "Auto-Submitted: auto-generated",
    ] {
        assert!(
            got[0].lines().any(|found| found == line),
            "no {line} in {}",
            got[0]
        );
    }
    assert_eq!(postman::deliver(&app.app).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_waits_for_a_server_that_is_away() {
    let server = MailServer::default();
    let app = by_smtp(&server).await;
    *server.is_away.lock().unwrap() = true;
    app.person("ann").await;
    // Twice as long after each attempt.
    for minutes in [1, 2, 4] {
        assert_eq!(postman::deliver(&app.app).await.unwrap(), 0);
        app.clock
            .advance(TimeDelta::minutes(minutes) - TimeDelta::seconds(1));
        *server.is_away.lock().unwrap() = false;
        assert_eq!(postman::deliver(&app.app).await.unwrap(), 0, "not due yet");
        *server.is_away.lock().unwrap() = true;
        app.clock.advance(TimeDelta::seconds(1));
    }
    assert_eq!(server.got().len(), 0);
    *server.is_away.lock().unwrap() = false;
    assert_eq!(postman::deliver(&app.app).await.unwrap(), 1);
    assert_eq!(server.got().len(), 1);
    // Mail that nobody could send for days is given up.
    *server.is_away.lock().unwrap() = true;
    app.person("bob").await;
    assert_eq!(postman::deliver(&app.app).await.unwrap(), 0);
    app.clock.advance(TimeDelta::days(3));
    assert_eq!(postman::deliver(&app.app).await.unwrap(), 0);
    *server.is_away.lock().unwrap() = false;
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(postman::deliver(&app.app).await.unwrap(), 0);
    assert_eq!(server.got().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_dies_with_mail_in_hand_loses_none() {
    let server = MailServer::default();
    let app = by_smtp(&server).await;
    app.person("ann").await;
    // As a process leaves it that took the mail and died.
    app.sql("UPDATE mails SET attempts = 1, due_at = due_at + interval '10 minutes'")
        .await;
    assert_eq!(postman::deliver(&app.app).await.unwrap(), 0);
    app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(postman::deliver(&app.app).await.unwrap(), 1);
    assert_eq!(server.got().len(), 1);
}
