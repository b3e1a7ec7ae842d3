//! Whether the time of an answer tells who has an account: a name or an address that somebody has beside one that nobody has.

use std::time::Instant;

use reqwest::Client;
use twitclone::account::password::Password;

use crate::{
    Options,
    stage::{Stage, somewhere},
    table::{Table, Target, median},
};

/// For each round.
const HASHING: usize = 30;
const NOT_HASHING: usize = 300;

/// A form that says nothing about whether somebody has what is typed into it.
struct Form {
    what: &'static str,
    path: &'static str,
    tries: usize,
    fields: fn(name: &str, email: &str) -> Vec<(&'static str, String)>,
}

const FORMS: [Form; 3] = [
    Form {
        what: "a wrong password for a name",
        path: "/login",
        tries: HASHING,
        fields: |name, _| {
            vec![
                ("username", name.to_owned()),
                ("password", "not the right one".to_owned()),
            ]
        },
    },
    Form {
        what: "a forgotten password for an address",
        path: "/login/forgotten",
        tries: NOT_HASHING,
        fields: |_, email| vec![("email", email.to_owned())],
    },
    Form {
        what: "signing up with an address",
        path: "/signup",
        tries: HASHING,
        fields: |_, email| {
            vec![
                ("username", format!("new{:x}", rand::random::<u64>())),
                ("email", email.to_owned()),
                ("password", "a long and lazy river".to_owned()),
            ]
        },
    },
];

pub async fn measure(stage: &Stage, options: &Options, table: &mut Table) {
    let place = stage.app.hasher.place().unwrap();
    let right = Password::attempt("what none of them types");
    let hash = place.hash(&right).await.unwrap();
    let set = format!("UPDATE users SET password_hash = '{hash}', email_confirmed_at = now()");
    stage.sql(&set).await;
    let client = Client::new();
    for form in &FORMS {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for at in 0..form.tries * options.rounds {
            let somebody = format!("u{}", 1 + at as i64 % options.people);
            let nobody = format!("x{at}");
            // Each is first as often as the other.
            let mut both = [(&somebody, &mut known), (&nobody, &mut unknown)];
            if at % 2 == 1 {
                both.reverse();
            }
            for (name, took) in both {
                let fields = (form.fields)(name, &format!("{name}@example.org"));
                let request = client.post(stage.url(form.path)).form(&fields);
                let request = request.header("x-forwarded-for", somewhere());
                let begun = Instant::now();
                let answer = request.send().await.unwrap();
                answer.bytes().await.unwrap();
                took.push(begun.elapsed().as_secs_f64() * 1000.0);
            }
        }
        table.compare(
            &format!("{} that somebody has: p50", form.what),
            "ms",
            median(&known),
            "nobody",
            median(&unknown),
            &Target::Within(0.05),
        );
    }
}
