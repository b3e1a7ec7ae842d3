//! The canonical form of email addresses, and accounts that older versions made.

use proptest::prelude::*;
use twitclone::{
    account::{self, Device, FirstStep},
    id::UserId,
    store::{mails, migrations, users},
    text::email::{CanonicalEmail, Email},
};

use crate::{database::SCHEMA, test_app::TestApp};

const PASSWORD: &str = "correct horse battery";

/// Pairs of addresses, and whether they are one. PostgreSQL's `lower()` says otherwise of some, as do Unicode's lower case and NFKC.
const PAIRS: &[(&str, &str, bool)] = &[
    ("mia@victim.example", "MIA@VICTIM.example", true),
    ("mia@victim.example", "mia@v\u{130}ctim.example", false),
    ("mia@victim.example", "m\u{130}a@victim.example", false),
    ("mia@victim.example", "m\u{131}a@victim.example", false),
    ("mia@victim.example", "mia@v\u{131}ctim.example", false),
    ("mia@victim.example", "mia@vi\u{307}ctim.example", false),
    (
        "mia@v\u{130}ctim.example",
        "mia@vi\u{307}ctim.example",
        true,
    ),
    ("mia@victim.example", "mia@v\u{456}ctim.example", false),
    ("mia@victim.example", "mia+1@victim.example", false),
    ("mia@victim.example", "m.ia@victim.example", false),
    ("kai@kiosk.example", "\u{212a}ai@kiosk.example", true),
    ("kai@kiosk.example", "kai@\u{212a}iosk.example", true),
    ("kai@kiosk.example", "kai@kio\u{17f}k.example", true),
    ("kai@kiosk.example", "kai@kiosk\u{3002}example", true),
    ("kai@kiosk.example", "kai@\u{ff4b}iosk.example", true),
    ("sam@strasse.example", "sam@stra\u{df}e.example", false),
    ("sam@stra\u{df}e.example", "sam@stra\u{1e9e}e.example", true),
    ("\u{e9}va@x.example", "e\u{301}va@x.example", true),
    ("\u{e9}va@x.example", "\u{c9}va@x.example", false),
    ("a@b\u{fc}cher.example", "a@xn--bcher-kva.example", true),
    ("a@b\u{fc}cher.example", "a@bu\u{308}cher.example", true),
    ("a@b\u{fc}cher.example", "A@B\u{dc}CHER.EXAMPLE", true),
    ("a@b\u{fc}cher.example", "a@bucher.example", false),
    ("a@\u{3c3}.example", "a@\u{3a3}.example", true),
    ("a@\u{3c3}.example", "a@\u{3c2}.example", false),
];

#[test]
fn addresses_are_compared_by_one_canonical_form() {
    for (one, other, are_same) in PAIRS {
        let forms = [one, other].map(|address| Email::parse(address).expect(address));
        let [one, other] = &forms;
        assert_eq!(one.canonical() == other.canonical(), *are_same, "{forms:?}");
        for form in &forms {
            assert_eq!(form.canonical(), Email::stored(form.as_str()).canonical());
            let domain = form.as_str().rsplit_once('@').unwrap().1;
            assert!(domain.is_ascii(), "mail goes to one domain: {form:?}");
        }
    }
}

#[test]
fn addresses_that_are_not_clean_are_refused() {
    let long = format!("a@{}.example", vec!["b".repeat(60); 5].join("."));
    for address in [
        "mia\u{17f}@x.example",
        "\u{ff4d}ia@x.example",
        "m\u{fb01}@x.example",
        "\"mia\"@x.example",
        "\"m ia\"@x.example",
        "m\u{200b}ia@x.example",
        "m\u{ad}ia@x.example",
        "m\u{202e}ia@x.example",
        "m\u{a0}ia@x.example",
        "mia@x\u{ff20}y.example",
        "mia@\u{2100}.example",
        "mia@x_y.example",
        "mia@-x.example",
        "mia@xn--a.example",
        "mia@x..example",
        "mia@example",
        "mia@[127.0.0.1]",
        &long,
    ] {
        assert!(Email::parse(address).is_err(), "{address:?}");
        // Where an account has it, it is still found by it.
        let canonical = CanonicalEmail::of(address);
        assert_eq!(canonical, CanonicalEmail::of(canonical.as_str()));
    }
}

proptest! {
    /// SQL makes the canonical form of addresses in ASCII, and of nothing else.
    #[test]
    fn in_ascii_the_canonical_form_is_the_lower_case(address in "[!-~]{1,20}@[A-Za-z0-9.-]{1,20}") {
        let canonical = CanonicalEmail::of(&address);
        prop_assert_eq!(canonical.as_str(), address.to_ascii_lowercase());
    }

    #[test]
    fn the_canonical_form_of_a_canonical_form_is_itself(address in "\\PC{1,12}@\\PC{1,12}\\.[a-z]{2}") {
        let canonical = CanonicalEmail::of(&address);
        prop_assert_eq!(&canonical, &CanonicalEmail::of(canonical.as_str()));
        if let Ok(email) = Email::parse(&address) {
            prop_assert_eq!(email.canonical(), &canonical);
            let stored = Email::stored(email.as_str());
            prop_assert_eq!(stored.canonical(), &canonical);
        }
    }
}

/// As a version before canonical addresses left them.
const OLDER: &[(&str, &str, Option<u32>)] = &[
    ("ann", "Ann@Example.org", Some(1)),
    ("bob", "bob@b\u{fc}cher.example", Some(3)),
    ("cyd", "bob@xn--bcher-kva.example", Some(2)),
    ("dan", "dan@v\u{130}ctim.example", Some(1)),
    ("eve", "dan@victim.example", None),
    ("fay", "\"fay\"@x_y.example", Some(1)),
    ("gus", "gu\u{17f}@x.example", Some(1)),
];

async fn log_in(app: &TestApp, name: &str) -> Option<UserId> {
    let step = account::log_in(&app.app, name, PASSWORD, None, &Device::default()).await;
    match step {
        Ok(FirstStep::Begun(begun)) => Some(app.app.tokens.read(&begun.token).unwrap().user),
        _ => None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_of_older_versions_go_on() {
    let app = TestApp::embedded().await;
    app.person("zoe").await;
    for migration in ["username_key", "canonical_email"] {
        let reverted = migrations::revert(&app.app.db).await.unwrap();
        assert!(reverted.contains(migration), "{reverted}");
    }
    for (name, address, confirmed) in OLDER {
        let at = confirmed.map_or("NULL".to_owned(), |day| format!("'2026-01-0{day}'"));
        app.sql(&format!(
            "INSERT INTO users (username, email, email_confirmed_at, password_hash) \
             SELECT '{name}', '{address}', {at}, password_hash FROM users WHERE username = 'zoe'"
        ))
        .await;
    }
    migrations::apply(&app.app.db, SCHEMA).await.unwrap();
    let shared = migrations::shared_addresses(&app.app.db).await.unwrap();
    let shared: Vec<_> = shared
        .iter()
        .map(|shared| (shared.username.as_str(), shared.owner.as_str()))
        .collect();
    assert_eq!(shared, [("bob", "cyd")]);
    for (name, address, confirmed) in OLDER {
        let found = users::by_username(&mut app.app.db.get().await.unwrap(), name).await;
        let id = found.unwrap().unwrap().id;
        assert_eq!(log_in(&app, name).await, Some(id), "{name}");
        assert_eq!(log_in(&app, &name.to_uppercase()).await, Some(id), "{name}");
        let by_address = log_in(&app, address).await;
        assert_eq!(by_address, confirmed.map(|_| id), "{address}");
    }
    // Where neither form is stored, the account that confirmed it first has it.
    let cyd = users::by_username(&mut app.app.db.get().await.unwrap(), "cyd").await;
    let owner = log_in(&app, "BOB@b\u{fc}cher.example").await;
    assert_eq!(owner, Some(cyd.unwrap().unwrap().id));
    // Both are done for good, and it may be repeated.
    migrations::apply(&app.app.db, SCHEMA).await.unwrap();
    let again = migrations::shared_addresses(&app.app.db).await.unwrap();
    assert_eq!(again.len(), 1);
    // Taken back, each address is confirmed once.
    for _ in 0..2 {
        migrations::revert(&app.app.db).await.unwrap();
    }
}

/// A process may be writing the mail while the account is taken back.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_made_only_for_mail_that_still_waits() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let now = app.clock.now();
    let mut connection = app.app.db.get().await.unwrap();
    let taken = mails::take(&mut connection, now, now, 10).await.unwrap();
    let [waiting] = &taken[..] else {
        panic!("{taken:?}")
    };
    for (secret, is_removed) in [(b"a", false), (b"b", true)] {
        if is_removed {
            mails::remove(&mut connection, waiting.id).await.unwrap();
        }
        let (mail, address) = (waiting.id, "ann@example.org");
        let made = mails::add_link(
            &mut connection,
            mail,
            secret,
            "confirm",
            ann.id(),
            address,
            now,
        );
        assert_eq!(made.await.unwrap(), !is_removed);
    }
}
