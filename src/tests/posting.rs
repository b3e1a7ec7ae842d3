//! Tweets that are posted at once.

use std::pin::Pin;

use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::future::join_all;
use tokio::task::JoinHandle;
use twitclone::{
    error::{Error, Result},
    store::{Transaction, Tweet, User},
    tweet,
};

use crate::{in_both_profiles, person::Person, system::Lock, test_app::TestApp};

in_both_profiles!(
    they_are_written_together,
    an_author_gets_all_of_theirs,
    the_same_key_posts_once,
    nobody_waits_for_another_author,
    one_that_is_refused_keeps_no_other_back,
    who_gave_up_posts_nothing,
    who_is_gone_is_told,
);

type Posting = Pin<Box<dyn Future<Output = Result<(Tweet, User)>> + Send>>;

/// Two statements that are under way and wait: what is asked for from now on waits for one of them.
struct UnderWay {
    lock: Lock,
    posts: [JoinHandle<Result<(Tweet, User)>>; 2],
}

impl UnderWay {
    async fn begin(app: &TestApp) -> Self {
        let (yan, zoe) = (app.person("yan").await, app.person("zoe").await);
        let mut lock = Lock::of(&app.app, "tweets").await;
        let first = tokio::spawn(posting(app, &yan, "first", None));
        lock.awaited_by(1).await;
        let second = tokio::spawn(posting(app, &zoe, "second", None));
        lock.awaited_by(2).await;
        Self {
            lock,
            posts: [first, second],
        }
    }

    async fn end(self) {
        self.lock.release().await;
        for post in self.posts {
            post.await.unwrap().unwrap();
        }
    }
}

fn posting(
    app: &TestApp,
    author: &Person,
    text: &'static str,
    key: Option<&'static str>,
) -> Posting {
    let (app, author) = (app.app.clone(), author.user.clone());
    Box::pin(async move { tweet::post(&app, &author, text, key).await })
}

/// Asks for a tweet, which has to wait.
async fn ask(
    app: &TestApp,
    author: &Person,
    text: &'static str,
    key: Option<&'static str>,
) -> Posting {
    let mut posting = posting(app, author, text, key);
    assert!(futures_util::poll!(&mut posting).is_pending());
    posting
}

/// How many rows a query gives.
async fn rows(app: &TestApp, query: &str) -> usize {
    let mut connection = app.app.db.get().await.unwrap();
    diesel::sql_query(query)
        .execute(&mut connection)
        .await
        .unwrap()
}

async fn they_are_written_together(app: TestApp) {
    let (ann, bob, cid) = (
        app.person("ann").await,
        app.person("bob").await,
        app.person("cid").await,
    );
    let under_way = UnderWay::begin(&app).await;
    let asked = [
        ask(&app, &ann, "of ann #one", None).await,
        ask(&app, &bob, "of bob", None).await,
        ask(&app, &cid, "of cid #one #two", None).await,
    ];
    under_way.end().await;
    let posted = join_all(asked).await;
    let texts = ["of ann #one", "of bob", "of cid #one #two"];
    for ((posted, author), text) in posted.iter().zip([&ann, &bob, &cid]).zip(texts) {
        let (tweet, by) = posted.as_ref().unwrap();
        assert_eq!((tweet.author_id, tweet.text.as_str()), (author.id(), text));
        assert_eq!((by.id, by.tweet_count), (author.id(), 1));
        assert_eq!(author.home().await, [tweet.id]);
    }
    let transactions = "SELECT DISTINCT xmin::text FROM tweets WHERE text LIKE 'of %'";
    assert_eq!(rows(&app, transactions).await, 1);
    let tags =
        "SELECT FROM tweet_tags JOIN tweets ON id = tweet_id WHERE text LIKE '%#' || tag || '%'";
    assert_eq!(rows(&app, tags).await, 3);
    assert_eq!(rows(&app, "SELECT FROM tweet_tags").await, 3);
}

async fn an_author_gets_all_of_theirs(app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let under_way = UnderWay::begin(&app).await;
    let asked = [
        ask(&app, &ann, "one", None).await,
        ask(&app, &bob, "between", None).await,
        ask(&app, &ann, "two", None).await,
        ask(&app, &ann, "three", None).await,
    ];
    under_way.end().await;
    let posted = join_all(asked).await;
    let mut counts = Vec::new();
    for posted in &posted {
        let (tweet, author) = posted.as_ref().unwrap();
        counts.extend((tweet.author_id == ann.id()).then_some(author.tweet_count));
    }
    counts.sort_unstable();
    assert_eq!(counts, [1, 2, 3]);
    assert_eq!(ann.home().await.len(), 3);
    assert_eq!(bob.home().await.len(), 1);
}

async fn the_same_key_posts_once(app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let key = Some("once");
    let under_way = UnderWay::begin(&app).await;
    let asked = [
        ask(&app, &ann, "hello", key).await,
        ask(&app, &bob, "of another", key).await,
        ask(&app, &ann, "hello", key).await,
    ];
    under_way.end().await;
    let posted = join_all(asked).await;
    let ids: Vec<_> = posted
        .iter()
        .map(|posted| posted.as_ref().unwrap().0.id)
        .collect();
    assert_eq!(ids[0], ids[2]);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(ann.home().await, [ids[0]]);
    for posted in posted {
        assert_eq!(posted.unwrap().1.tweet_count, 1);
    }
}

async fn nobody_waits_for_another_author(app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut hers = Transaction::begin(&app.app.db).await.unwrap();
    let lock = format!("SELECT FROM users WHERE id = {} FOR UPDATE", ann.id());
    hers.connection().batch_execute(&lock).await.unwrap();
    let under_way = UnderWay::begin(&app).await;
    let of_ann = ask(&app, &ann, "of ann", None).await;
    let of_bob = ask(&app, &bob, "of bob", None).await;
    under_way.end().await;
    of_bob.await.unwrap();
    assert_eq!(ann.home().await, []);
    hers.roll_back().await;
    let (tweet, _) = of_ann.await.unwrap();
    assert_eq!(ann.home().await, [tweet.id]);
}

async fn one_that_is_refused_keeps_no_other_back(app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    app.sql("ALTER TABLE tweets ADD CHECK (text <> 'unfit')")
        .await;
    let under_way = UnderWay::begin(&app).await;
    let unfit = ask(&app, &ann, "unfit", None).await;
    let fit = ask(&app, &bob, "fit", None).await;
    under_way.end().await;
    let refused = unfit.await;
    assert!(matches!(refused, Err(Error::Internal(_))), "{refused:?}");
    let (tweet, _) = fit.await.unwrap();
    assert_eq!(bob.home().await, [tweet.id]);
}

async fn who_gave_up_posts_nothing(app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let under_way = UnderWay::begin(&app).await;
    drop(ask(&app, &ann, "too late", None).await);
    let of_bob = ask(&app, &bob, "in time", None).await;
    under_way.end().await;
    of_bob.await.unwrap();
    assert_eq!(ann.home().await, []);
    assert_eq!(
        rows(&app, "SELECT FROM tweets WHERE text = 'too late'").await,
        0
    );
}

async fn who_is_gone_is_told(app: TestApp) {
    let ann = app.person("ann").await;
    app.sql("DELETE FROM users").await;
    let told = posting(&app, &ann, "of nobody", None).await;
    assert!(matches!(told, Err(Error::Unauthorized(_))), "{told:?}");
}
