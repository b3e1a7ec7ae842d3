//! Ids: given out in the order of time, each once, also where the database's clock is set back.

use chrono::Utc;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use tokio::task::JoinSet;
use twitclone::{app::App, id::TweetId};

use crate::test_app::TestApp;

async fn next_ids(app: &App, count: usize) -> Vec<i64> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let mut connection = app.db.get().await.unwrap();
    let mut ids = Vec::with_capacity(count);
    // Each in a transaction of its own, as tweets are.
    for _ in 0..count {
        let row: Row = diesel::sql_query("SELECT next_id() AS id")
            .get_result(&mut connection)
            .await
            .unwrap();
        ids.push(row.id);
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_at_once_gets_ids_of_now_and_none_twice() {
    let app = TestApp::embedded().await;
    let begun = Utc::now();
    let mut asking = JoinSet::new();
    for _ in 0..8 {
        let app = app.app.clone();
        asking.spawn(async move { next_ids(&app, 300).await });
    }
    let all = asking.join_all().await;
    for ids in &all {
        assert!(ids.is_sorted_by(|older, newer| older < newer), "{ids:?}");
    }
    let mut all = all.concat();
    all.sort_unstable();
    assert!(all.is_sorted_by(|older, newer| older < newer), "one twice");
    for id in [all[0], all[all.len() - 1]] {
        let made = TweetId::from(id).made_at();
        let is_of_now = (begun - made).num_milliseconds() <= 100 && made <= Utc::now();
        assert!(is_of_now, "{made} for {begun}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_the_clock_is_set_back_ids_go_on() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let before = ann.tweet("by the wrong clock").await;
    // As if the clock had been an hour ahead until now.
    app.sql("SELECT setval('id_sequence', id_at(now() + interval '1 hour', 0))")
        .await;
    let ahead = ann.tweet("an hour ahead").await;
    assert!((ahead.made_at() - Utc::now()).num_minutes() > 58);
    let after = ann.tweet("by the right clock").await;
    assert!(before < ahead && ahead < after);
    assert_eq!(ann.home().await, [after, ahead, before]);
    // Whoever asks for what is newer than the last they saw is told of it.
    let newer = ann.home_page(&format!("since_id={ahead}")).await;
    assert_eq!(newer, [after]);
}
