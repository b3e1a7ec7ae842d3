//! Mail that a system of the tests has sent: it goes into a folder.

use std::{env, fs, path::Path};

use mail_parser::MessageParser;
use twitclone::mail::postman;

use crate::test_app::TestApp;

/// What somebody got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub subject: String,
    pub text: String,
}

/// Where the mail of the system of that name goes.
pub fn folder(name: &str) -> String {
    let folder = env::temp_dir().join(format!("{name}-mail"));
    folder.to_str().unwrap().to_owned()
}

impl TestApp {
    /// Sends what waits; all that an address has got so far and nobody has looked at, in the order of the subjects.
    pub async fn mail_to(&self, address: &str) -> Vec<Letter> {
        postman::deliver(&self.app).await.unwrap();
        let mut letters = Vec::new();
        let Ok(files) = fs::read_dir(&self.app.settings.mail.folder) else {
            return letters;
        };
        for file in files {
            let path = file.unwrap().path();
            let (to, letter) = Letter::opened(&path);
            if to == address {
                fs::remove_file(&path).unwrap();
                letters.push(letter);
            }
        }
        letters.sort_by(|a, b| a.subject.cmp(&b.subject));
        letters
    }

    /// The only one.
    pub async fn letter_to(&self, address: &str) -> Letter {
        let letters = self.mail_to(address).await;
        assert_eq!(letters.len(), 1, "{letters:?}");
        letters.into_iter().next().unwrap()
    }
}

impl Letter {
    /// Whose it is, and what it says.
    pub fn opened(path: &Path) -> (String, Self) {
        let raw = fs::read(path).unwrap();
        let message = MessageParser::default().parse(&raw).unwrap();
        let to = message.to().unwrap().first().unwrap().address().unwrap();
        let letter = Self {
            subject: message.subject().unwrap().to_owned(),
            text: message.body_text(0).unwrap().replace("\r\n", "\n"),
        };
        (to.to_owned(), letter)
    }

    #[track_caller]
    pub fn has(&self, text: &str) -> &Self {
        let whole = format!("{}\n{}", self.subject, self.text);
        assert!(whole.contains(text), "no {text:?} in {whole}");
        self
    }

    /// Path and query of the link in it.
    #[track_caller]
    pub fn link(&self) -> String {
        let links: Vec<&str> = self
            .text
            .lines()
            .filter(|line| line.contains("?secret="))
            .collect();
        assert_eq!(links.len(), 1, "{}", self.text);
        let (_, rest) = links[0].split_once("://").unwrap();
        rest[rest.find('/').unwrap()..].to_owned()
    }
}
