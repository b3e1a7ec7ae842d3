//! Rows that a process keeps: what one process changes, another shows at once.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use reqwest::{Method, StatusCode};
use tokio::runtime::Handle;
use twitclone::{
    account::{self, profile, session::Carrier},
    app::App,
    clock::Clock,
    cursor::Page,
    error::Error,
    id::{TweetId, UserId},
    rows::{self, Change, News, Place, Rows},
    store::{Tweet, User},
    timeline,
};

use crate::{
    person::Person,
    system::Lock,
    test_app::{Profile, TestApp, redis_connection},
};

/// A second `serve` on the same stores.
struct Other(App);

impl Other {
    fn beside(app: &TestApp) -> Self {
        let settings = app.app.settings.clone();
        Self(App::new(settings, Clock::default(), Handle::current()).unwrap())
    }

    /// What `person` sees here: each tweet's id, and what its author is called.
    async fn home(&self, person: &Person) -> Result<Vec<(TweetId, String)>, Error> {
        let token = account::read_token(&self.0, &person.token, Carrier::Bearer)?;
        let glance = timeline::glance(&self.0, token.user, &Page::first(40)).await;
        let viewer = account::identify(&self.0, &token, glance.is_current()).await?;
        let slice = timeline::home(&self.0, &viewer.user, glance).await?;
        Ok(slice
            .tweets
            .iter()
            .map(|shown| (shown.tweet.row.id, shown.author.row.name().to_owned()))
            .collect())
    }

    /// The same, and how many rows had to be read from SQL for it.
    async fn home_and_reads(&self, person: &Person) -> (Vec<TweetId>, u64) {
        let before = self.0.metrics.rows_read.get();
        let home = self.home(person).await.unwrap();
        let ids = home.into_iter().map(|(id, _)| id).collect();
        (ids, self.0.metrics.rows_read.get() - before)
    }
}

async fn two_and_another() -> (TestApp, Person, Person, Other) {
    let app = TestApp::full().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    let other = Other::beside(&app);
    other.home(&bob).await.unwrap();
    (app, ann, bob, other)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_that_was_read_is_read_again_without_sql() {
    let (mut app, ann, bob, other) = two_and_another().await;
    let tweet = ann.tweet("hello").await;
    app.deliver_pending().await;
    assert_eq!(other.home_and_reads(&bob).await, (vec![tweet], 2));
    assert_eq!(other.home_and_reads(&bob).await, (vec![tweet], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tweet_is_kept_where_it_was_posted() {
    let (mut app, ann, bob, _) = two_and_another().await;
    let mut tweets = Vec::new();
    for text in ["one", "two", "three"] {
        tweets.insert(0, ann.tweet(text).await);
    }
    app.deliver_pending().await;
    // Posting forgot the author's counters, so they are read; and of the tweets one more than is shown, if it is not kept.
    assert_eq!(bob.home_page("limit=1").await, tweets[..1]);
    let lock = Lock::of(&app.app, "tweets").await;
    assert_eq!(bob.home().await, tweets);
    lock.release().await;
}

/// An account says when its owner tweeted last. Where its text is made already, nobody has to ask.
#[tokio::test(flavor = "multi_thread")]
async fn a_tweet_of_somebody_known_is_shown_without_sql() {
    let (mut app, ann, bob, _) = two_and_another().await;
    let (first, second) = (ann.tweet("one").await, ann.tweet("two").await);
    app.deliver_pending().await;
    assert_eq!(bob.home_page("limit=1").await, [second]);
    let lock = Lock::of(&app.app, "tweets").await;
    assert_eq!(bob.home().await, [second, first]);
    lock.release().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_changes_another_shows_at_once() {
    let (mut app, ann, bob, other) = two_and_another().await;
    let (first, second) = (ann.tweet("one").await, ann.tweet("two").await);
    app.deliver_pending().await;
    assert_eq!(other.home(&bob).await.unwrap().len(), 2);
    ann.delete_tweet(second).await;
    let seen = other.home(&bob).await.unwrap();
    assert_eq!(seen, [(first, "ann".to_owned())]);
    let renamed = profile::Changes {
        display_name: Some("Ann B.".to_owned()),
        bio: None,
    };
    profile::update(&app.app, &ann.user, &renamed)
        .await
        .unwrap();
    let seen = other.home(&bob).await.unwrap();
    assert_eq!(seen, [(first, "Ann B.".to_owned())]);
    bob.unfollow(&ann).await;
    assert_eq!(other.home(&bob).await.unwrap(), []);
    bob.follow(&ann).await;
    assert_eq!(other.home(&bob).await.unwrap().len(), 1);
    let logged_out = bob.browse(Method::POST, "/logout").send().await.unwrap();
    assert_eq!(logged_out.status(), StatusCode::SEE_OTHER);
    let refused = other.home(&bob).await;
    assert!(
        matches!(refused, Err(Error::Unauthorized(_))),
        "{refused:?}"
    );
}

/// The process that changed something died before it told anybody, or somebody used psql.
#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_told_is_told_by_the_next_look_at_the_table() {
    let (mut app, ann, bob, other) = two_and_another().await;
    let tweet = ann.tweet("hello").await;
    app.deliver_pending().await;
    assert_eq!(other.home(&bob).await.unwrap().len(), 1);
    // `sql` looks at the table afterwards, as `serve` does every second.
    app.sql(&format!("DELETE FROM tweets WHERE id = {tweet}"))
        .await;
    assert_eq!(other.home(&bob).await.unwrap(), []);
    assert_eq!(rows::announce_waiting(&app.app).await.unwrap(), 0);
    app.sql(&format!("DELETE FROM users WHERE id = {}", bob.id()))
        .await;
    assert!(matches!(
        other.home(&bob).await,
        Err(Error::Unauthorized(_))
    ));
}

/// Who cannot know what was announced forgets everything.
#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_lost_its_end_is_noticed() {
    let (mut app, ann, bob, other) = two_and_another().await;
    let tweet = ann.tweet("hello").await;
    app.deliver_pending().await;
    let stream = format!("{}changes", app.app.settings.redis.key_prefix);
    let mut redis = redis_connection().await;
    for command in ["DEL", "XTRIM"] {
        assert_eq!(other.home_and_reads(&bob).await.0, [tweet]);
        assert_eq!(other.home_and_reads(&bob).await, (vec![tweet], 0));
        let mut lose = deadpool_redis::redis::cmd(command);
        lose.arg(&stream);
        if command == "XTRIM" {
            // Something is announced that the other has not read, and then trimmed away.
            rows::announce(&app.app, &[Change::User(ann.id())]).await;
            rows::announce(&app.app, &[Change::User(bob.id())]).await;
            lose.arg("MAXLEN").arg("=").arg(1);
        }
        let () = lose.query_async(&mut redis).await.unwrap();
        assert_ne!(
            other.home_and_reads(&bob).await,
            (vec![tweet], 0),
            "{command}"
        );
        // And then it goes on as before.
        assert_eq!(
            other.home_and_reads(&bob).await,
            (vec![tweet], 0),
            "{command}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_are_a_minute_old_at_most() {
    let app = TestApp::start(Profile::Full, &[]).await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let shown = async || {
        let home = ann.get_json("/api/v1/timelines/home").await;
        home[0]["account"]["followers_count"].clone()
    };
    ann.tweet("hello").await;
    assert_eq!(shown().await, 0);
    // By a process that says nothing of it, since counters are not announced.
    let count = format!(
        "UPDATE users SET follower_count = 7 WHERE id = {}",
        ann.id()
    );
    app.sql(&count).await;
    assert_eq!(shown().await, 0);
    app.clock.advance(TimeDelta::seconds(61));
    assert_eq!(shown().await, 7);
    bob.follow(&ann).await;
    assert_eq!(shown().await, 8, "here it is known at once");
}

#[test]
fn more_than_there_is_room_for_is_not_kept() {
    let rows = Rows::new(1);
    let now = Utc::now();
    for id in 0..20_000 {
        rows.keep_user(rows.moment(), user(id, "somebody"), now);
        assert!(rows.bytes() <= 1_000_000);
    }
    assert!(rows.bytes() > 500_000, "room is used");
}

#[test]
fn tweets_posted_here_take_no_room_until_they_are_read() {
    let rows = Rows::new(1);
    for id in 0..20_000 {
        rows.keep_posted(rows.moment(), tweet(id));
    }
    assert_eq!(rows.bytes(), 0);
    let kept = (0..20_000).filter(|id| rows.tweet((*id).into()).is_some());
    let kept: Vec<i64> = kept.collect();
    assert!(
        (500..=1024).contains(&kept.len()),
        "{} are kept",
        kept.len()
    );
    assert!(rows.bytes() > 0);
    // And then they are there like all others.
    for id in kept {
        assert!(rows.tweet(id.into()).unwrap().is_some());
    }
}

#[test]
fn a_tweet_posted_here_is_forgotten_when_it_changes() {
    let rows = Rows::new(1);
    let id = TweetId::from(1);
    let written_from = rows.moment();
    rows.keep_posted(written_from, tweet(1));
    rows.forget(&[Change::Tweet(id)]);
    assert!(rows.tweet(id).is_none());
    // It changed before the one who posted it came to keep it.
    rows.keep_posted(written_from, tweet(1));
    assert!(rows.tweet(id).is_none());
    rows.keep_posted(rows.moment(), tweet(1));
    let place = Place {
        run: "another".into(),
        last: (0, 0),
    };
    assert!(rows.catch_up(&News::Lost(place)));
    assert!(rows.tweet(id).is_none());
}

fn tweet(id: i64) -> Tweet {
    Tweet {
        id: id.into(),
        author_id: UserId::from(1),
        text: "hello".to_owned(),
        created_at: DateTime::UNIX_EPOCH,
    }
}

fn user(id: i64, name: &str) -> User {
    User {
        id: id.into(),
        username: "ann".to_owned(),
        display_name: name.to_owned(),
        bio: String::new(),
        tweet_count: 0,
        follower_count: 0,
        following_count: 0,
        home_version: 0,
        email_confirmed_at: None,
        created_at: DateTime::UNIX_EPOCH,
    }
}

/// What readers of one process and writers elsewhere do, one step at a time.
#[derive(Clone, Debug)]
enum Step {
    /// A writer commits and announces a new value.
    Change,
    /// A reader looks at the stream; the answer is on its way.
    Look(usize),
    /// It takes the answer in, and if it is then current, uses what is kept or reads SQL.
    Use(usize),
    /// It keeps what it read.
    Keep(usize),
    /// Redis starts again without its stream.
    Restart,
}

#[derive(Default)]
struct Reader {
    looked: Option<(News, u64)>,
    read: Option<(rows::Moment, u64)>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let reader = 0..3_usize;
    let step = prop_oneof![
        2 => Just(Step::Change),
        4 => reader.clone().prop_map(Step::Look),
        4 => reader.clone().prop_map(Step::Use),
        4 => reader.prop_map(Step::Keep),
        1 => Just(Step::Restart),
    ];
    proptest::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    /// Whatever crosses: who looked after a change was announced never uses a row from before it.
    #[test]
    fn nobody_uses_a_row_older_than_their_look(steps in steps()) {
        let (rows, id, now) = (Rows::new(1), UserId::from(1), Utc::now());
        let (mut value, mut run, mut stream) = (0_u64, 0_u64, vec![0_u64]);
        let mut readers: [Reader; 3] = Default::default();
        for step in steps {
            match step {
                Step::Change => {
                    value += 1;
                    let next = stream.last().unwrap() + 1;
                    stream.push(next);
                }
                Step::Restart => {
                    run += 1;
                    stream = vec![stream.last().unwrap() + 1];
                }
                Step::Look(at) => {
                    let since = rows.place();
                    let name: Arc<str> = run.to_string().into();
                    let end = Place { run: Arc::clone(&name), last: (*stream.last().unwrap(), 0) };
                    let known = since.as_ref().filter(|since| since.run == name);
                    let news = match known {
                        Some(since) => {
                            let new = stream.iter().filter(|entry| **entry > since.last.0).count();
                            News::Changes(end, vec![Change::User(id); new])
                        }
                        None => News::Lost(end),
                    };
                    readers[at].looked = Some((news, value));
                }
                Step::Use(at) => {
                    let Some((news, at_least)) = readers[at].looked.take() else { continue };
                    if !rows.catch_up(&news) {
                        continue;
                    }
                    match rows.user(id, now) {
                        Some(kept) => {
                            let used: u64 = kept.row.display_name.parse().unwrap();
                            prop_assert!(used >= at_least, "used {used}, announced was {at_least}");
                        }
                        None => readers[at].read = Some((rows.moment(), value)),
                    }
                }
                Step::Keep(at) => {
                    if let Some((moment, read)) = readers[at].read.take() {
                        rows.keep_user(moment, user(1, &read.to_string()), now);
                    }
                }
            }
        }
    }
}
