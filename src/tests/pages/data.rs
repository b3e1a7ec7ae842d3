//! Taking away what one has here.

use reqwest::header;
use serde_json::Value;

use super::Browser;
use crate::test_app::TestApp;

async fn download(browser: &Browser, file: &str, kind: &str) -> String {
    let url = browser.url(&format!("/settings/data/{file}"));
    let answer = browser.client.get(url).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{file}");
    assert_eq!(answer.headers()[header::CONTENT_TYPE], kind);
    assert_eq!(
        answer.headers()[header::CONTENT_DISPOSITION],
        format!("attachment; filename=\"ann-{file}\"")
    );
    assert_eq!(answer.headers()[header::CACHE_CONTROL], "private, no-store");
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spreadsheet_takes_no_text_for_a_formula() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let texts = [
        ("=1+1", "'=1+1"),
        ("@bob says hi", "'@bob says hi"),
        ("＝1＋1", "'＝1＋1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠bob", "'＠bob"),
        // Where the semicolon separates, a cell begins behind it, and behind a line break.
        ("one;=1+1", "one;'=1+1"),
        ("one;＝1", "one;'＝1"),
        ("one\n-1", "one\n'-1"),
        ("a=b; c-d", "a=b; c-d"),
    ];
    for (text, _) in texts {
        ann.tweet(text).await;
    }
    let browser = Browser::of(&app, &ann).await;
    let tweets = download(&browser, "tweets.csv", "text/csv; charset=utf-8").await;
    let mut reader = csv::Reader::from_reader(tweets.as_bytes());
    let cells: Vec<String> = reader
        .records()
        .map(|row| row.unwrap()[2].to_owned())
        .collect();
    let expected: Vec<&str> = texts.iter().rev().map(|(_, cell)| *cell).collect();
    assert_eq!(cells, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn people_take_away_all_they_have() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    ann.follow(&bob).await;
    bob.follow(&ann).await;
    bob.tweet("Not hers.").await;
    ann.tweet("=1+1, \"said\"\nshe").await;
    // More than two pages of it.
    app.sql(&format!(
        "INSERT INTO tweets (author_id, text) SELECT {}, 'Tweet ' || n FROM generate_series(1, 1200) n",
        ann.id()
    ))
    .await;
    let browser = Browser::of(&app, &ann).await;
    browser
        .get("/settings/data")
        .await
        .is(200)
        .has("href=\"/settings/data/everything.json\"");

    let everything = download(&browser, "everything.json", "application/json").await;
    let everything: Value = serde_json::from_str(&everything).unwrap();
    assert_eq!(everything["account"]["username"], "ann");
    assert_eq!(everything["sessions"].as_array().unwrap().len(), 2);
    assert_eq!(everything["following"], serde_json::json!(["bob"]));
    assert_eq!(everything["followers"], serde_json::json!(["bob"]));
    let tweets = everything["tweets"].as_array().unwrap();
    assert_eq!(tweets.len(), 1201);
    assert_eq!(tweets[1200]["text"], "=1+1, \"said\"\nshe");
    let text = everything.to_string();
    for secret in [ann.token.as_str(), "$2b$", "password", "Not hers."] {
        assert!(!text.contains(secret), "{secret}");
    }

    let kind = "text/csv; charset=utf-8";
    let tweets = download(&browser, "tweets.csv", kind).await;
    let mut reader = csv::Reader::from_reader(tweets.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(reader.headers().unwrap(), vec!["id", "created_at", "text"]);
    assert_eq!(rows.len(), 1201);
    assert_eq!(&rows[1200][2], "'=1+1, \"said\"\nshe", "no formula");
    for file in ["following.csv", "followers.csv"] {
        let people = download(&browser, file, kind).await;
        let mut reader = csv::Reader::from_reader(people.as_bytes());
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), 1, "{file}");
        assert_eq!(&rows[0][0], "bob");
    }
    browser.get("/settings/data/passwords.csv").await.is(404);
    // Somebody with nothing has tables without rows.
    let eve = Browser::of(&app, &app.person("eve").await).await;
    let page = eve.get("/settings/data/everything.json").await;
    let nothing: Value = serde_json::from_str(&page.html).unwrap();
    assert_eq!(nothing["tweets"], serde_json::json!([]));
    let page = eve.get("/settings/data/tweets.csv").await;
    assert_eq!(page.html, "id,created_at,text\r\n");
    Browser::new(&app)
        .get("/settings/data/everything.json")
        .await
        .leads_to("/login?next=%2Fsettings%2Fdata%2Feverything.json");
}
