//! Finding people.

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use reqwest::Method;
use serde_json::Value;
use twitclone::store::users;

use crate::{person::Person, test_app::TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_part_of_either_name() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    for (username, display_name, followers) in [
        ("mariann", "", 50),
        ("Annika", "", 7),
        ("hannes", "", 99),
        ("x1", "Anna Wintour", 8),
        ("x2", "Zoë Ångström", 1),
        ("a_b", "", 0),
        ("axb", "", 0),
        ("percent", "100% sure", 0),
    ] {
        let person = app.person(username).await;
        app.sql(&format!(
            "UPDATE users SET display_name = '{display_name}', follower_count = {followers} WHERE id = {}",
            person.id()
        ))
        .await;
    }
    // Prefix matches first, then by followers.
    assert_eq!(
        found(&ann, "ann").await,
        ["x1", "Annika", "ann", "hannes", "mariann"]
    );
    assert_eq!(found(&ann, "ANNI").await, ["Annika"]);
    assert_eq!(found(&ann, "ångstr").await, ["x2"]);
    assert_eq!(found(&ann, "ZOË").await, ["x2"]);
    assert_eq!(found(&ann, "wintour").await, ["x1"]);
    // What LIKE would take for wild cards.
    assert_eq!(found(&ann, "a_b").await, ["a_b"]);
    assert_eq!(found(&ann, "100%").await, ["percent"]);
    assert_eq!(found(&ann, "\\").await, Vec::<String>::new());
    assert_eq!(found(&ann, "nobody at all").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_people_has_twenty() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    app.sql(
        "INSERT INTO users (username, email, password_hash, follower_count) \
         SELECT 'reader' || n, 'reader' || n || '@example.org', '!', n FROM generate_series(1, 45) n",
    )
    .await;
    let mut names = Vec::new();
    for (page, expected) in [(1, 20), (2, 20), (3, 5)] {
        let path = format!("/users?q=reader&page={page}");
        let html = ann
            .browse(Method::GET, &path)
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let on_page: Vec<String> = (1..=45)
            .map(|number| format!("reader{number}"))
            .filter(|name| html.contains(&format!("href=\"/@{name}\"")))
            .collect();
        assert_eq!(on_page.len(), expected, "page {page}");
        names.extend(on_page);
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 45, "nobody twice, nobody left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_uses_its_indexes() {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        line: String,
    }
    let app = TestApp::embedded().await;
    app.sql(
        "INSERT INTO users (username, email, password_hash) \
         SELECT 'u' || md5(n::text)::varchar(20), n || '@example.org', '!' FROM generate_series(1, 20000) n; \
         ANALYZE users",
    )
    .await;
    let mut connection = app.app.db.get().await.unwrap();
    connection
        .batch_execute("SET plan_cache_mode TO force_custom_plan")
        .await
        .unwrap();
    let plan: Vec<Line> = diesel::sql_query(format!("EXPLAIN {}", users::SEARCH))
        .bind::<Text, _>("%abcde%")
        .bind::<Text, _>("abcde%")
        .bind::<diesel::sql_types::BigInt, _>(20)
        .bind::<diesel::sql_types::BigInt, _>(0)
        .load(&mut connection)
        .await
        .unwrap();
    let plan: String = plan.into_iter().map(|line| line.line + "\n").collect();
    assert!(plan.contains("users_username_trigrams"), "{plan}");
    assert!(plan.contains("users_display_name_trigrams"), "{plan}");
    assert!(!plan.contains("Seq Scan"), "{plan}");
}

async fn found(person: &Person, query: &str) -> Vec<String> {
    let response = person
        .request(Method::GET, "/api/v1/accounts/search")
        .query(&[("q", query), ("limit", "40")])
        .send()
        .await
        .unwrap();
    let accounts: Value = response.json().await.unwrap();
    accounts
        .as_array()
        .unwrap()
        .iter()
        .map(|account| account["username"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn people_and_tags_are_found_together() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    app.person("bread_lover").await;
    for text in [
        "#bread #Bread #brédouille",
        "#breadth of #brë",
        "#100 and #a",
        "#東京 #東風",
        "#bread",
    ] {
        ann.tweet(text).await;
    }
    let found = async |query: &str| {
        let found = ann.get_json(&format!("/api/v2/search?{query}")).await;
        let names = |of: &str, key: &str| {
            let all = found[of].as_array().unwrap().iter();
            all.map(|one| one[key].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(found["statuses"], Value::Array(Vec::new()));
        (names("accounts", "username"), names("hashtags", "name"))
    };
    let (people, tags) = found("q=bread").await;
    assert_eq!(people, ["bread_lover"]);
    assert_eq!(tags, ["bread", "breadth"]);
    // With its sign it is one or the other.
    assert_eq!(
        found("q=%23BREAD").await,
        (vec![], vec!["bread".to_owned(), "breadth".to_owned()])
    );
    assert_eq!(
        found("q=%40bread").await,
        (vec!["bread_lover".to_owned()], vec![])
    );
    assert_eq!(
        found("q=bread&type=hashtags&limit=1").await,
        (vec![], vec!["bread".to_owned()])
    );
    assert_eq!(found("q=bread&type=statuses").await, (vec![], vec![]));
    assert_eq!(found("q=%E6%9D%B1").await.1.len(), 2);
    for nothing in [
        "",
        "q=",
        "q=%23",
        "q=%40",
        "q=zzz",
        "q=%25",
        &format!("q={}", "a".repeat(300)),
    ] {
        assert_eq!(found(nothing).await, (vec![], vec![]), "{nothing}");
    }
    let found = ann.get_json("/api/v2/search?q=%E6%9D%B1").await;
    let url = found["hashtags"][0]["url"].as_str().unwrap();
    assert!(url.ends_with("/tags/%E6%9D%B1%E4%BA%AC"), "{url}");
}
