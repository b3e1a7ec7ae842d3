//! The API tried by its own description: schemathesis reads it from the real program, sends thousands of requests that
//! it allows and that it forbids, and holds every answer against it.

use std::{collections::BTreeSet, env, fs, path::Path, str::FromStr, time::Duration};

use serde_json::Value;
use tokio::{process::Command, time::timeout};

use crate::{
    person::Person,
    system::System,
    test_app::{Profile, from_script},
};

const CASES: usize = 1_000;
const SEED: u64 = 1;
/// For each operation and each way to make requests up, in one run.
const FEW_EXAMPLES: usize = 40;
/// The same where more cases are asked for: some 6,000 in a run, of which fewer are the same in each run.
const MANY_EXAMPLES: usize = 200;
/// A run with many takes a minute and a half on two cores that nobody else uses.
const LONGEST_RUN: Duration = Duration::from_secs(900);

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_as_documented() {
    let wanted = number("TWITCLONE_API_CASES", CASES);
    let first = number("TWITCLONE_API_SEED", SEED);
    let a_day = ("TWITCLONE__AUTH__ACCESS_TOKEN_EXPIRE_MINUTES", "1440");
    let system = System::prepared(Profile::Embedded, &[a_day]).await;
    let serve = system.start(&["serve"]);
    let address = serve.address().await;
    let examples = if wanted > CASES {
        MANY_EXAMPLES
    } else {
        FEW_EXAMPLES
    };
    let cases = Cases::new(&system, address, examples).await;
    let mut tried = 0;
    for seed in first.. {
        println!("{tried} of {wanted} cases tried; next under the seed {seed}");
        tried += cases.run(seed).await;
        if tried >= wanted {
            break;
        }
    }
    println!("{tried} cases");
    let log = serve.log();
    for bad in ["answered 500", "panicked"] {
        assert!(!log.contains(bad), "{log}");
    }
    // Else nothing of use was tried, as with a token that is not taken.
    assert_eq!(cases.never_done().await, BTreeSet::new());
}

struct Cases {
    address: String,
    ann: Person,
    configuration: String,
    examples: usize,
}

impl Cases {
    async fn new(system: &System, address: String, examples: usize) -> Self {
        let ann = system.person(&address, "ann").await;
        let bob = system.person(&address, "bob").await;
        let (own, foreign) = (ann.tweet("Mine").await, bob.tweet("Hello, @ann").await);
        bob.follow(&ann).await;
        let configuration = format!(
            "{}\n[dictionaries]\npeople.values = [\"{}\"]\ntweets.values = [\"{own}\", \"{foreign}\"]\n",
            include_str!("api_cases/schemathesis.toml"),
            bob.id(),
        );
        Self {
            address,
            ann,
            configuration,
            examples,
        }
    }

    /// How many cases it were.
    async fn run(&self, seed: u64) -> usize {
        let program = from_script("TWITCLONE_TEST_SCHEMATHESIS");
        assert!(
            Path::new(&program).exists(),
            "{program} is missing: scripts/setup api installs it"
        );
        let folder = tempfile::tempdir().unwrap();
        let configuration = folder.path().join("schemathesis.toml");
        fs::write(&configuration, &self.configuration).unwrap();
        let run = Command::new(program)
            .arg("--config-file")
            .arg(configuration)
            .args(["run", "--no-color", "--workers", "1"])
            .args(["--seed", &seed.to_string()])
            .args(["--max-examples", &self.examples.to_string()])
            .args([
                "--header",
                &format!("Authorization: Bearer {}", self.ann.token),
            ])
            .arg(format!("{}/api/openapi.json", self.address))
            .current_dir(folder.path())
            .env("PYTHONUTF8", "1")
            .kill_on_drop(true)
            .output();
        let run = timeout(LONGEST_RUN, run)
            .await
            .unwrap_or_else(|_| panic!("not over within {LONGEST_RUN:?}, seed {seed}"))
            .unwrap();
        let report = String::from_utf8_lossy(&run.stdout);
        let told = String::from_utf8_lossy(&run.stderr);
        assert!(run.status.success(), "seed {seed}:\n{report}\n{told}");
        generated(&report).unwrap_or_else(|| panic!("no number of cases:\n{report}"))
    }

    /// Operations of the document that were never once done as asked.
    async fn never_done(&self) -> BTreeSet<String> {
        let document: Value = self.ann.get_json("/api/openapi.json").await;
        let metrics = self.ann.get("/metrics").await.text().await.unwrap();
        let paths = document["paths"].as_object().unwrap();
        paths
            .iter()
            .flat_map(|(path, item)| {
                item.as_object()
                    .unwrap()
                    .keys()
                    .map(move |method| (path, method))
            })
            .filter(|(path, method)| !is_done(&metrics, path, method))
            .map(|(path, method)| format!("{method} {path}"))
            .collect()
    }
}

fn is_done(metrics: &str, path: &str, method: &str) -> bool {
    let labels = [
        format!("method=\"{}\"", method.to_uppercase()),
        format!("route=\"{path}\""),
        "status=\"200\"".to_owned(),
    ];
    metrics
        .lines()
        .filter(|line| line.starts_with("twitclone_http_requests_total{"))
        .any(|line| labels.iter().all(|label| line.contains(label)))
}

/// The first number of the line `  5667 generated, 5667 passed`.
fn generated(report: &str) -> Option<usize> {
    report
        .lines()
        .filter_map(|line| line.split_once(" generated,"))
        .find_map(|(number, _)| number.trim().parse().ok())
}

fn number<T: FromStr>(variable: &str, default: T) -> T {
    match env::var(variable) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{variable} is a number")),
        Err(_) => default,
    }
}
