//! More than can be done at once, and things that take too long.

use std::time::Duration;

use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use reqwest::{Method, StatusCode, header::RETRY_AFTER};
use serde_json::{Value, json};
use tokio::runtime::Handle;
use twitclone::{
    app::{App, as_one_request},
    clock::Clock,
    config::Settings,
    cursor::Page,
    error::Error,
    id::UserId,
    store::{Connection, Transaction, pool},
    timeline,
};

use crate::{
    system::until,
    test_app::{self, Profile, TestApp},
};

#[tokio::test(flavor = "multi_thread")]
async fn too_much_at_once_is_told_so_without_waiting() {
    let one = [("TWITCLONE__SERVER__OPERATIONS_AT_ONCE", "1")];
    let app = TestApp::start(Profile::Embedded, &one).await;
    let ann = app.person("ann").await;
    // The counter in her row cannot be changed, so her tweet waits.
    let mut lock = Transaction::begin(&app.app.db).await.unwrap();
    lock.connection()
        .batch_execute("SELECT FROM users FOR UPDATE")
        .await
        .unwrap();
    let posting = ann
        .request(Method::POST, "/api/v1/statuses")
        .json(&json!({ "status": "waits" }));
    let posting = tokio::spawn(posting.send());
    while blocked_by(lock.connection()).await == 0 {}
    assert!(app.app.is_full());
    let told = ann.get("/api/v1/timelines/home").await;
    assert_eq!(told.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(told.headers()[RETRY_AFTER], "2");
    let body: Value = told.json().await.unwrap();
    let words =
        "Too much is going on here at the moment. Nothing was lost; please try again shortly.";
    assert_eq!(body, json!({ "error": words }));
    let page = ann.browse(Method::GET, "/").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(page.headers().contains_key("content-security-policy"));
    assert!(page.text().await.unwrap().contains(words));
    for path in ["/health/ready", "/metrics", "/static/style.css"] {
        let answer = reqwest::get(app.url(path)).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
    }
    lock.roll_back().await;
    let posted = posting.await.unwrap().unwrap();
    assert_eq!(posted.status(), StatusCode::OK, "what was begun is done");
    until("it is over", async || !app.app.is_full()).await;
    assert_eq!(ann.home().await.len(), 1);
}

/// How many wait for what this transaction has locked.
async fn blocked_by(transaction: &mut Connection) -> usize {
    transaction
        .batch_execute("SELECT pg_stat_clear_snapshot()")
        .await
        .unwrap();
    diesel::sql_query(
        "SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))",
    )
    .execute(transaction)
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_many_wait_for_the_database_others_are_told_and_workers_wait() {
    let two = [("TWITCLONE__DATABASE__POOL_SIZE", "2")];
    let app = TestApp::start(Profile::Embedded, &two).await;
    let db = &app.app.db;
    let (first, second) = (db.get().await.unwrap(), db.get().await.unwrap());
    let mut waiting = Vec::new();
    let refused = loop {
        assert!(waiting.len() <= 8, "four for each");
        let db = db.clone();
        let getting = async move {
            drop(db.get().await?);
            // Who got one is not refused another.
            drop(db.get().await?);
            Ok::<(), Error>(())
        };
        let mut one = Box::pin(pool::impatient(true, getting));
        match futures_util::poll!(&mut one) {
            std::task::Poll::Pending => waiting.push(one),
            std::task::Poll::Ready(done) => break done,
        }
    };
    assert!(matches!(refused, Err(Error::Busy)), "{refused:?}");
    assert_eq!(waiting.len(), 8, "four for each");
    let mut worker = Box::pin(db.get());
    assert!(futures_util::poll!(&mut worker).is_pending());
    drop((first, second));
    let (all, worker) = tokio::join!(futures_util::future::join_all(waiting), worker);
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    drop(worker.unwrap());
}

/// A future is copied whenever it is handed on, with all the room that its rarest way needs.
#[tokio::test]
async fn what_every_request_waits_in_is_small() {
    let running = std::future::ready([0_u8; 1000]);
    let alone = size_of_val(&running);
    let waiting = size_of_val(&pool::impatient(true, running));
    assert!(waiting < alone + 100, "{waiting}");
    let app = without_database(&[]);
    let (page, somebody) = (Page::first(40), UserId::from(1));
    let glance = size_of_val(&timeline::glance(&app, somebody, &page));
    assert!(glance < 2000, "{glance}");
}

fn without_database(settings: &[(&str, &str)]) -> App {
    let settings = test_app::settings(Profile::Embedded, "unused", settings);
    let settings = Settings::from_sources(None, settings).unwrap();
    App::new(settings, Clock::default(), Handle::current()).unwrap()
}

#[tokio::test]
async fn an_operation_counts_until_its_result_is_taken() {
    let app = without_database(&[("TWITCLONE__SERVER__OPERATIONS_AT_ONCE", "1")]);
    let mut asked = Box::pin(app.run(|_| async { Ok(()) }));
    assert!(futures_util::poll!(&mut asked).is_pending());
    // This thread has nothing else to do than the operation.
    tokio::task::yield_now().await;
    assert!(app.is_full());
    asked.await.unwrap();
    assert!(!app.is_full());
}

/// A request that needs several things of a server that hangs is answered within two seconds all the same.
#[tokio::test(start_paused = true)]
async fn what_answers_one_request_shares_its_time() {
    let app = without_database(&[]);
    let hang = async || {
        app.run(|_| std::future::pending::<Result<(), Error>>())
            .await
    };
    let begun = tokio::time::Instant::now();
    let both = as_one_request(async { (hang().await, hang().await) }).await;
    assert!(
        matches!(
            both,
            (
                Err(Error::Unavailable { .. }),
                Err(Error::Unavailable { .. })
            )
        ),
        "{both:?}"
    );
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    // What takes its time in between, such as hashing, is not counted.
    let done = as_one_request(async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        app.run(|_| async { Ok(()) }).await
    });
    done.await.unwrap();
}
