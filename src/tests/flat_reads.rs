//! Reads cost the same however many tweets, followers and followings there are, and home in proportion to its
//! followings alone: measured in pages that PostgreSQL touches, since those are what grows, and time is not.

mod explain;

use diesel::{QueryableByName, sql_types::BigInt};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use futures_util::{FutureExt, future::BoxFuture};
use twitclone::{
    cursor::Page,
    id::UserId,
    store::{Connection, discovery, figures, follows, pulled, sessions, timelines, tweets, users},
};

use crate::{system::until, test_app::TestApp};
use explain::{Explained, explain};

/// Follows ten people, always.
const FEW: i64 = 1;
/// Follows ten people, then a thousand.
const MANY: i64 = 20;
/// Is followed by ten people, then by a thousand.
const FOLLOWED: i64 = 15;
/// Has 20 tweets, then 2,000.
const AUTHOR: i64 = 2;
/// In the middle of the tweets: far below the cap.
const DEEP: i64 = 10 * 100_000;
/// Indexes grow by a level, and each row of a page may be looked up through it.
const FLAT: i64 = 2;
const ONE_MORE_LEVEL: i64 = 25;

/// What may grow with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Growth {
    None,
    /// With the number of followings, which grows by a hundred.
    Followings,
    /// To a bound of its own, in pages.
    UpTo(i64),
}

/// The ids of some people.
const TEN: &str = "'{21,22,23,24,25,26,27,28,29,30}'";

/// The ids of tweets of the author.
fn twenty() -> String {
    let ids = (1..=20).map(|k| (k * 100_000 + AUTHOR).to_string());
    format!("'{{{}}}'", ids.collect::<Vec<_>>().join(","))
}

type Run = fn(&mut Connection) -> BoxFuture<'_, ()>;

/// One of the hot reads, run as it is in the program, and the arguments of each of its statements.
struct Read {
    name: &'static str,
    run: Run,
    arguments: Vec<String>,
    growth: Growth,
}

macro_rules! read {
    ($name:literal, $growth:expr, |$connection:ident| $run:expr, $($arguments:expr),+) => {
        Read {
            name: $name,
            run: |$connection| async move { $run.await.unwrap(); }.boxed(),
            arguments: vec![$($arguments.to_string()),+],
            growth: $growth,
        }
    };
}

fn id(id: i64) -> UserId {
    id.into()
}

fn fan() -> follows::Ask {
    follows::Ask {
        tweet: (100_000 + AUTHOR).into(),
        author: id(FOLLOWED),
        after: 0,
    }
}

fn page() -> Page {
    Page::first(40)
}

fn deep() -> Page {
    Page::before(DEEP, 40)
}

/// `author, below, above, limit` of a page.
fn of(user: i64, page: &Page) -> String {
    format!(
        "{user}, {}, '{}', {}",
        page.below(),
        page.above(),
        page.limit
    )
}

fn reads() -> Vec<Read> {
    use Growth::{Followings, None, UpTo};
    vec![
        read!(
            "home, 10 followings",
            None,
            |c| timelines::home_ids(c, id(FEW), &page()),
            of(FEW, &page())
        ),
        read!(
            "home, 10 followings, deep",
            None,
            |c| timelines::home_ids(c, id(FEW), &deep()),
            of(FEW, &deep())
        ),
        read!(
            "home, 10 → 1,000 followings",
            Followings,
            |c| timelines::home_ids(c, id(MANY), &page()),
            of(MANY, &page())
        ),
        read!(
            "home, 10 → 1,000 followings, deep",
            Followings,
            |c| timelines::home_ids(c, id(MANY), &deep()),
            of(MANY, &deep())
        ),
        // 800 ids of each of the ten authors, where there were 20, and an index holds some 300 a page.
        read!(
            "whole home, 10 followings",
            UpTo(200),
            |c| timelines::whole_home(c, id(FEW), 800),
            format!("{FEW}, 800")
        ),
        read!(
            "whole home, 10 → 1,000 followings",
            Followings,
            |c| timelines::whole_home(c, id(MANY), 800),
            format!("{MANY}, 800")
        ),
        read!(
            "visible of 40 ids",
            None,
            |c| tweets::visible_at_home(c, id(FEW), &[(100_000 + AUTHOR).into()]),
            format!("'{{{}}}', {FEW}, {FEW}", 100_000 + AUTHOR)
        ),
        read!(
            "one tweet",
            None,
            |c| tweets::by_id(c, (100_000 + AUTHOR).into()),
            format!("{}, 1", 100_000 + AUTHOR)
        ),
        read!(
            "an author's tweets",
            None,
            |c| tweets::by_author(c, id(AUTHOR), &page()),
            of(AUTHOR, &page())
        ),
        read!(
            "an author's tweets, deep",
            None,
            |c| tweets::by_author(c, id(AUTHOR), &deep()),
            of(AUTHOR, &deep())
        ),
        read!(
            "tweets with a tag",
            None,
            |c| tweets::by_tag(c, "common", &page()),
            format!("'common', {}, 40", i64::MAX),
            twenty()
        ),
        read!(
            "tweets with a tag, deep",
            None,
            |c| tweets::by_tag(c, "common", &deep()),
            format!("'common', {DEEP}, 40"),
            twenty()
        ),
        read!(
            "newest tweets of 3",
            None,
            |c| tweets::newest_of(c, &[id(2), id(3), id(4)]),
            "'{2,3,4}'"
        ),
        read!(
            "followers",
            None,
            |c| follows::followers(c, id(FOLLOWED), &Page::first(10)),
            of(FOLLOWED, &Page::first(10)),
            TEN
        ),
        read!(
            "followers, deep",
            None,
            |c| follows::followers(c, id(FOLLOWED), &Page::before(31, 10)),
            of(FOLLOWED, &Page::before(31, 10)),
            TEN
        ),
        read!(
            "following",
            None,
            |c| follows::following(c, id(MANY), &Page::first(10)),
            of(MANY, &Page::first(10)),
            TEN
        ),
        read!(
            "followers of a fan-out",
            None,
            |c| async move { follows::followers_after(c, &[fan()], 10, 5000).await },
            format!(
                "'{{{}}}', '{{{FOLLOWED}}}', '{{0}}', 10, 5000",
                100_000 + AUTHOR
            )
        ),
        read!(
            "followed among 3",
            None,
            |c| follows::followed_among(c, id(MANY), &[id(21), id(22), id(23)]),
            format!("{MANY}, '{{21,22,23}}'")
        ),
        read!(
            "a profile by its name",
            None,
            |c| users::by_username(c, "u000021"),
            "'u000021', 1"
        ),
        read!(
            "a session's user",
            None,
            |c| {
                let ever = sessions::SessionLimits {
                    used_since: chrono::DateTime::UNIX_EPOCH,
                    begun_since: chrono::DateTime::UNIX_EPOCH,
                };
                sessions::user_of(c, 21.into(), id(21), ever)
            },
            "21, 21, '1970-01-01', '1970-01-01', 1"
        ),
        read!(
            "everybody",
            None,
            |c| users::search(c, "", 21, 0),
            "21, 0",
            TEN
        ),
        read!(
            "a part of a name",
            None,
            |c| users::search(c, "000021", 21, 0),
            "'%000021%', '000021%', 21, 0"
        ),
        // A hundred followings of fifty each, and whoever tweeted lately, and no more however many there are.
        read!(
            "people to follow",
            UpTo(3000),
            |c| discovery::people(c, Some(id(MANY)), 5),
            format!("{MANY}, 5")
        ),
        read!(
            "what was said last",
            None,
            |c| discovery::latest(c, 10),
            "10"
        ),
        read!("authors that are merged", None, |c| pulled::authors(c), ""),
        // Ten thousand of each are counted, and more never are.
        read!(
            "the instance's figures",
            UpTo(400),
            |c| figures::figures(c, chrono::DateTime::UNIX_EPOCH),
            "'1970-01-01', 10000"
        ),
    ]
}

/// A hundred times as much of everything, or not.
async fn seed(app: &TestApp, times: i64) {
    let (people, followed, tweets) = (200 * times, 10 * times, 20 * times);
    let mut connection = app.app.db.dedicated().await.unwrap();
    // VACUUM marks a page as visible to all only once the commit is on disk.
    let wait_for_disk = "SET synchronous_commit TO on";
    connection.batch_execute(wait_for_disk).await.unwrap();
    let rows = format!(
        "INSERT INTO users (id, username, email, password_hash) \
         SELECT n, 'u' || lpad(n::text, 6, '0'), n || '@example.org', '!' FROM generate_series(1, {people}) n \
         ON CONFLICT DO NOTHING; \
         INSERT INTO sessions (id, user_id) SELECT n, n FROM generate_series(1, {people}) n \
         ON CONFLICT DO NOTHING; \
         INSERT INTO follows (follower_id, followee_id) SELECT {FEW}, n FROM generate_series(2, 11) n \
         UNION ALL SELECT {MANY}, 20 + n FROM generate_series(1, {followed}) n \
         UNION ALL SELECT 20 + n, {FOLLOWED} FROM generate_series(1, {followed}) n ON CONFLICT DO NOTHING; \
         INSERT INTO follows (follower_id, followee_id) \
         SELECT 100 + n, 101 + (n + step) % ({people} - 100) FROM generate_series(1, {people} - 100) n, \
             generate_series(1, 9, 2) step ON CONFLICT DO NOTHING; \
         INSERT INTO tweets (id, author_id, text, is_pulled) \
         SELECT k * 100000 + n, n, 'tweet ' || k, n = 3 \
         FROM generate_series(2, 11) n, generate_series(1, {tweets}) k \
         UNION ALL SELECT k * 100000 + n, n, 'tweet ' || k, false \
         FROM generate_series(21, 20 + {followed}) n, generate_series(1, 20) k ON CONFLICT DO NOTHING; \
         INSERT INTO tweet_tags (tag, tweet_id) SELECT 'common', id FROM tweets WHERE author_id = {AUTHOR} \
         UNION ALL SELECT 'other' || author_id, id FROM tweets \
         ON CONFLICT DO NOTHING"
    );
    connection.batch_execute(&rows).await.unwrap();
    for table in ["users", "sessions", "follows", "tweets", "tweet_tags"] {
        let vacuumed = async || {
            let mut connection = app.app.db.dedicated().await.unwrap();
            vacuum(&mut connection, table).await
        };
        // Not while a transaction that is older than the rows goes on elsewhere.
        until("every page is visible to all", vacuumed).await;
    }
}

/// Whether every page is marked as visible to all after that, so that an index suffices.
async fn vacuum(connection: &mut Connection, table: &str) -> bool {
    #[derive(QueryableByName)]
    struct Pages {
        #[diesel(sql_type = BigInt)]
        left: i64,
    }
    let vacuum = format!("VACUUM (ANALYZE) {table}");
    connection.batch_execute(&vacuum).await.unwrap();
    let sql = "SELECT (relpages - relallvisible)::bigint AS left FROM pg_class WHERE oid = ";
    let pages = diesel::sql_query(format!("{sql}'{table}'::regclass"));
    let pages: Pages = pages.get_result(connection).await.unwrap();
    pages.left <= 0
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_stay_flat_as_everything_grows_a_hundred_times() {
    let app = TestApp::embedded().await;
    let mut measured: Vec<[Explained; 2]> = Vec::new();
    let mut small = Vec::new();
    for times in [1, 100] {
        seed(&app, times).await;
        for read in reads() {
            let mut connection = app.app.db.dedicated().await.unwrap();
            (read.run)(&mut connection).await;
            let explained = explain(&mut connection, read.name, &read.arguments, times == 1).await;
            if times == 1 {
                small.push(explained);
            } else {
                measured.push([small.remove(0), explained]);
            }
        }
    }
    println!("| read | pages, 1× | pages, 100× | plan |\n| --- | --- | --- | --- |");
    for (read, [before, after]) in reads().iter().zip(&measured) {
        println!(
            "| {} | {} | {} | {} |",
            read.name,
            before.pages,
            after.pages,
            after.nodes.join(", ")
        );
    }
    for (read, [before, after]) in reads().iter().zip(&measured) {
        let most = match read.growth {
            Growth::None => before.pages * FLAT + ONE_MORE_LEVEL,
            Growth::Followings => before.pages * 100 * FLAT,
            Growth::UpTo(pages) => pages,
        };
        assert!(after.pages <= most, "{}: {before:?} {after:?}", read.name);
        let may_scan = matches!(read.growth, Growth::UpTo(_));
        assert!(
            may_scan || after.scanned.is_empty(),
            "{}: {after:?}",
            read.name
        );
    }
}

/// PostgreSQL makes a plan anew while that promises to be cheaper than one for whatever is asked.
#[tokio::test(flavor = "multi_thread")]
async fn the_followers_of_a_fan_out_are_planned_once() {
    #[derive(QueryableByName)]
    struct Plans {
        #[diesel(sql_type = BigInt)]
        generic_plans: i64,
    }
    let app = TestApp::embedded().await;
    seed(&app, 100).await;
    let mut connection = app.app.db.dedicated().await.unwrap();
    for _ in 0..20 {
        follows::followers_after(&mut connection, &[fan()], 1000, 1000)
            .await
            .unwrap();
    }
    let plans: Plans = diesel::sql_query(
        "SELECT generic_plans FROM pg_prepared_statements WHERE statement LIKE 'SELECT asked.%'",
    )
    .get_result(&mut connection)
    .await
    .unwrap();
    // The first five are always made for what is asked.
    assert_eq!(plans.generic_plans, 15);
}
