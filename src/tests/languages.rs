//! What is said, in every language: nothing is missing, nothing is left over, and people get theirs.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use chrono::{TimeZone, Utc};
use reqwest::header::{ACCEPT_LANGUAGE, COOKIE, VARY};
use twitclone::language::{Language, message};

use crate::test_app::TestApp;

/// Each message of a language, with its text.
fn messages(language: Language) -> BTreeMap<String, String> {
    let path = root().join(format!("templates/texts/{}.ftl", language.tag()));
    let mut messages: BTreeMap<String, String> = BTreeMap::new();
    let mut last = String::new();
    for line in fs::read_to_string(path).unwrap().lines() {
        let key = line.split_once(" = ").map(|(key, _)| key);
        match key.filter(|key| key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')) {
            Some(key) => {
                key.clone_into(&mut last);
                let before = messages.insert(last.clone(), line.to_owned());
                assert_eq!(before, None, "{key} stands twice in {}", language.tag());
            }
            None if line.starts_with([' ', '}']) => messages.get_mut(&last).unwrap().push_str(line),
            None => assert!(line.is_empty() || line.starts_with('#'), "{line}"),
        }
    }
    messages
}

fn variables(text: &str) -> BTreeSet<&str> {
    let of = |part: &'_ str| {
        part.find(|c: char| !c.is_alphanumeric())
            .unwrap_or(part.len())
    };
    text.split('$')
        .skip(1)
        .map(|part| &part[..of(part)])
        .collect()
}

/// A text without what stands between two marks.
fn without(text: &str, open: &str, close: &str) -> String {
    let mut parts = text.split(open);
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |rest, part| {
        rest + " " + part.split_once(close).unwrap().1
    })
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The sources of the program and its templates, in one text.
fn sources() -> String {
    fn gather(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") && !path.ends_with("texts") {
                gather(&path, text);
            } else if path
                .extension()
                .is_some_and(|end| end == "rs" || end == "html")
            {
                text.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut text = String::new();
    gather(&root().join("src"), &mut text);
    gather(&root().join("templates"), &mut text);
    text
}

#[test]
fn every_language_says_the_same_things() {
    let english = messages(Language::English);
    for language in Language::ALL {
        let messages = messages(language);
        let keys = |of: &BTreeMap<String, String>| of.keys().cloned().collect::<Vec<_>>();
        assert_eq!(keys(&messages), keys(&english), "{language:?}");
        for (key, text) in &messages {
            let (has, wanted) = (variables(text), variables(&english[key]));
            let lacks: Vec<_> = wanted
                .difference(&has)
                .filter(|name| **name != "n")
                .collect();
            assert!(lacks.is_empty(), "{key} in {language:?} lacks {lacks:?}");
            let more: Vec<_> = has.difference(&wanted).collect();
            assert!(more.is_empty(), "{key} in {language:?} has {more:?}");
        }
    }
}

#[test]
fn every_message_is_said_and_every_one_said_is_there() {
    let sources = sources();
    let messages = messages(Language::English);
    let all = messages
        .values()
        .fold(String::new(), |all, text| all + text);
    for key in messages.keys() {
        let stem = key.strip_suffix("-what").unwrap_or(key);
        let is_said = [key.as_str(), stem]
            .iter()
            .any(|key| sources.contains(&format!("\"{key}\"")))
            || all.contains(&format!("{{ {key} }}"));
        assert!(is_said, "nobody says {key}");
    }
    let in_code = sources.split("message(\"").skip(1);
    let in_templates = sources.match_indices("\" | say").map(|(at, _)| {
        let before = &sources[..at];
        &before[before.rfind('"').unwrap() + 1..]
    });
    let mut count = 0;
    for key in in_code
        .map(|rest| rest.split('"').next().unwrap())
        .chain(in_templates)
    {
        assert!(
            messages.contains_key(key) || key == "-what",
            "there is no {key}"
        );
        count += 1;
    }
    assert!(count > 200, "only {count} were found");
}

#[test]
fn templates_have_no_words_of_their_own() {
    for entry in fs::read_dir(root().join("templates")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        // A selector, not the end of a tag.
        let template = fs::read_to_string(&path).unwrap().replace("#feed > *", "");
        let marks = [("{#", "#}"), ("{{", "}}"), ("{%", "%}"), ("<", ">")];
        let rest = marks
            .iter()
            .fold(template, |text, (open, close)| without(&text, open, close));
        for word in rest.split_whitespace() {
            // Attributes that stand in a component of their own have other characters.
            let is_word = word
                .chars()
                .all(|c| c.is_alphabetic() || ".,:;!?".contains(c));
            let is_known = word.chars().count() < 3 || word == "twitclone";
            assert!(!is_word || is_known, "{}: {word}", path.display());
        }
    }
}

#[test]
fn numbers_and_days_are_written_as_each_language_does() {
    let at = Utc.with_ymd_and_hms(2026, 11, 5, 6, 34, 0).unwrap();
    let said = |language: Language| {
        [
            language.number(1_234_567),
            language.day(at),
            language.moment(at),
            message("delivery-done").with("n", 1234_i64).say(language),
        ]
    };
    assert_eq!(
        said(Language::English),
        [
            "1,234,567",
            "5 November 2026",
            "5 Nov 2026, 06:34 UTC",
            "Delivered to 1,234 followers."
        ]
    );
    assert_eq!(
        said(Language::German),
        [
            "1.234.567",
            "5. November 2026",
            "05.11.2026, 06:34 UTC",
            "Zugestellt an 1.234 Follower."
        ]
    );
    assert_eq!(
        said(Language::Japanese),
        [
            "1,234,567",
            "2026年11月5日",
            "2026/11/05 6:34 UTC",
            "1,234人のフォロワーに配信しました。"
        ]
    );
    // Where one is enough, nothing is missing for it.
    for (n, said) in [(1_i64, "1 follower."), (0, "0 followers.")] {
        let message = message("delivery-done").with("n", n);
        assert!(message.to_string().ends_with(said), "{message}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn people_read_what_they_asked_for() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let read = async |path: &str, asked: &str, cookie: &str| {
        let request = app
            .stranger()
            .get(app.url(path))
            .header(ACCEPT_LANGUAGE, asked);
        request.header(COOKIE, cookie).send().await.unwrap()
    };
    for (asked, cookie, language) in [
        ("", "", "en"),
        ("fr, es;q=0.5", "", "en"),
        ("de-AT,de;q=0.9,en;q=0.8", "", "de"),
        ("fr, en;q=0.2, ja;q=0.7", "", "ja"),
        ("de", "language=ja", "ja"),
        ("ja", "language=xx", "ja"),
        ("*", "language=de", "de"),
        ("en;q=what, ,;", "", "en"),
    ] {
        for path in ["/", "/login", "/@ann", "/nobody/is/here"] {
            let page = read(path, asked, cookie).await;
            if path == "/" {
                assert_eq!(page.headers()[VARY], "Cookie, Accept-Language");
            }
            let page = page.text().await.unwrap();
            let tag = format!("<html lang=\"{language}\"");
            assert!(
                page.contains(&tag),
                "{path} for {asked:?} {cookie:?}:\n{page}"
            );
        }
    }
    let page = read("/signup", "de", "").await.text().await.unwrap();
    assert!(page.contains("<h1>Registrieren</h1>"), "{page}");
    let page = read("/@nobody", "ja", "").await.text().await.unwrap();
    assert!(page.contains("@nobody という人はいません。"), "{page}");
    // What is wrong with a form, too. Programs are told in English.
    let form = [
        ("username", "a b"),
        ("email", "ann"),
        ("password", "password"),
    ];
    let wrong = app
        .stranger()
        .post(app.url("/signup"))
        .header(ACCEPT_LANGUAGE, "de");
    let page = wrong
        .form(&form)
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for said in [
        "Ein Benutzername hat nur",
        "Das ist keine E-Mail-Adresse",
        "zu leicht zu erraten",
    ] {
        assert!(page.contains(said), "{said}:\n{page}");
    }
    let answer = read("/api/v1/accounts/1", "de", "language=de")
        .await
        .text()
        .await
        .unwrap();
    assert!(answer.contains("There is no such account"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tweet_says_which_language_it_is_in() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    for (text, lang) in [
        (
            "The kettle is on, and nobody has said a word since the rain began this morning.",
            " lang=\"en\"",
        ),
        (
            "Heute früh um vier war der Ofen schon heiß, und draußen lag der erste Schnee.",
            " lang=\"de\"",
        ),
        (
            "今朝は四時からパンを焼いています。雨の音が聞こえます。",
            " lang=\"ja\"",
        ),
        // Nobody could tell.
        ("ok", ""),
        ("4,240 of 4,240", ""),
    ] {
        let id = ann.tweet(text).await;
        let row = format!("<p class=\"words\" dir=\"auto\"{lang}>{text}");
        for path in ["/@ann".to_owned(), format!("/@ann/{id}")] {
            let page = app.stranger().get(app.url(&path)).send().await.unwrap();
            let page = page.text().await.unwrap();
            assert!(page.contains(&row), "no {row} on {path}: {page}");
        }
    }
}
