//! Random interleavings of what people and workers do, against a model.

use std::{collections::HashSet, thread};

use deadpool_redis::redis::AsyncCommands;
use proptest::{
    prelude::*,
    test_runner::{RngAlgorithm, TestCaseError, TestRng, TestRunner},
};
use rand::Rng;
use twitclone::{
    cursor::Page,
    event::outbox,
    fanout, graph,
    id::TweetId,
    store::{User, users},
    timeline::{self, audit},
    tweet,
};

use super::Run;
use crate::{
    person::Person,
    test_app::{Profile, TestApp, redis_connection},
};

const PEOPLE: usize = 5;
/// One with two followers is delivered to in pieces, one with more is merged at read.
const PUSH_LIMIT: usize = 2;
const SETTINGS: &[(&str, &str)] = &[
    ("TWITCLONE__FANOUT__PUSH_LIMIT", "2"),
    ("TWITCLONE__FANOUT__BATCH_FOLLOWERS", "1"),
    ("TWITCLONE__FANOUT__PIECE_FOLLOWERS", "1"),
    ("TWITCLONE__TIMELINES__CAP", "40"),
];

#[derive(Clone, Debug)]
enum Step {
    Post(usize),
    Follow(usize, usize),
    Unfollow(usize, usize),
    /// One of the tweets there are, counted from the newest.
    Delete(usize),
    /// The relay carries one event.
    Deliver,
    /// A worker does a piece of each lane.
    Turn,
    /// An event comes once more.
    Repeat(usize),
    /// A cached timeline is evicted.
    Lose(usize),
    /// Somebody reads so many.
    Read(usize, usize),
}

fn steps() -> impl Strategy<Value = (bool, Vec<Step>)> {
    let who = 0..PEOPLE;
    let step = prop_oneof![
        4 => who.clone().prop_map(Step::Post),
        4 => (who.clone(), who.clone()).prop_map(|(a, b)| Step::Follow(a, b)),
        2 => (who.clone(), who.clone()).prop_map(|(a, b)| Step::Unfollow(a, b)),
        1 => (0_usize..9).prop_map(Step::Delete),
        3 => Just(Step::Deliver),
        3 => Just(Step::Turn),
        1 => (0_usize..9).prop_map(Step::Repeat),
        1 => who.clone().prop_map(Step::Lose),
        4 => (who, 1_usize..9).prop_map(|(who, most)| Step::Read(who, most)),
    ];
    // With and without more old tweets than the cap.
    (any::<bool>(), prop::collection::vec(step, 1..50))
}

/// A tweet as the model knows it.
#[derive(Clone, Copy, Debug)]
struct Posted {
    id: TweetId,
    author: usize,
    /// Merged at read, so it must be seen at once.
    is_pulled: bool,
}

struct World<'a> {
    app: &'a TestApp,
    people: &'a [User],
    /// Newest first.
    tweets: Vec<Posted>,
    /// Who follows whom.
    follows: HashSet<(usize, usize)>,
}

impl<'a> World<'a> {
    /// Everything that was before is gone, in a way that caches notice.
    async fn new(app: &'a TestApp, people: &'a [User], has_old: bool) -> Self {
        app.sql(
            "DELETE FROM tweets; DELETE FROM follows; DELETE FROM outbox; DELETE FROM pieces; \
             UPDATE users SET tweet_count = 0, follower_count = 0, following_count = 0, \
                 home_version = home_version + 1",
        )
        .await;
        let mut world = Self {
            app,
            people,
            tweets: Vec::new(),
            follows: HashSet::new(),
        };
        for number in 0..if has_old { 60 } else { 0 } {
            world.post(number % 2).await;
        }
        while world.deliver().await + world.turn().await > 0 {}
        world
    }

    async fn user(&self, who: usize) -> User {
        let mut connection = self.app.app.db.get().await.unwrap();
        let found = users::by_id(&mut connection, self.people[who].id).await;
        found.unwrap().unwrap()
    }

    async fn deliver(&self) -> usize {
        let app = &self.app.app;
        outbox::relay_once(&app.db, 1, |events| fanout::handle(app, events))
            .await
            .unwrap()
    }

    async fn turn(&self) -> usize {
        fanout::lanes::turn(&self.app.app).await.unwrap()
    }

    async fn post(&mut self, author: usize) {
        let user = self.user(author).await;
        let (posted, _) = tweet::post(&self.app.app, &user, "text", None)
            .await
            .unwrap();
        let followers = self.follows.iter().filter(|(_, whom)| *whom == author);
        let is_pulled = followers.count() > PUSH_LIMIT;
        self.tweets.insert(
            0,
            Posted {
                id: posted.id,
                author,
                is_pulled,
            },
        );
    }

    async fn lose(&self, who: usize) {
        let app = &self.app.app;
        let user = self.people[who].id;
        let _: usize = redis_connection()
            .await
            .del(format!("{}timeline:{user}", app.settings.redis.key_prefix))
            .await
            .unwrap();
        app.timelines.forget_idle(app.clock.now());
    }

    async fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        let app = &self.app.app;
        match *step {
            Step::Post(author) => self.post(author).await,
            Step::Follow(a, b) if a != b => {
                graph::follow(app, &self.user(a).await, self.people[b].id)
                    .await
                    .unwrap();
                self.follows.insert((a, b));
            }
            Step::Unfollow(a, b) if a != b => {
                graph::unfollow(app, &self.user(a).await, self.people[b].id)
                    .await
                    .unwrap();
                self.follows.remove(&(a, b));
            }
            Step::Follow(..) | Step::Unfollow(..) => {}
            Step::Delete(at) => {
                if at < self.tweets.len() {
                    let Posted { id, author, .. } = self.tweets.remove(at);
                    tweet::delete(app, &self.user(author).await, id)
                        .await
                        .unwrap();
                }
            }
            Step::Deliver => {
                self.deliver().await;
            }
            Step::Turn => {
                self.turn().await;
            }
            Step::Repeat(at) => {
                if let Some(Posted { id, author, .. }) = self.tweets.get(at) {
                    let author = self.people[*author].id;
                    let event =
                        format!("INSERT INTO outbox (tweet_id, author_id) VALUES ({id}, {author})");
                    self.app.sql(&event).await;
                }
            }
            Step::Lose(who) => self.lose(who).await,
            Step::Read(who, most) => self.read(who, most).await?,
        }
        Ok(())
    }

    /// What somebody may see, newest first.
    fn visible(&self, who: usize) -> Vec<Posted> {
        let may = |author| author == who || self.follows.contains(&(who, author));
        let visible = self.tweets.iter().filter(|tweet| may(tweet.author));
        visible.copied().collect()
    }

    async fn page(&self, who: usize, page: &Page) -> (Vec<TweetId>, bool) {
        let app = &self.app.app;
        let viewer = self.user(who).await;
        let glance = timeline::glance(app, viewer.id, page).await;
        let slice = timeline::home(app, &viewer, glance).await.unwrap();
        let ids = slice.tweets.iter().map(|shown| shown.tweet.row.id);
        (ids.collect(), slice.has_older)
    }

    /// In the midst of it: nothing that may not be seen, in order and once; and what is not on its way is there.
    async fn read(&self, who: usize, most: usize) -> Result<(), TestCaseError> {
        let (page, has_older) = self.page(who, &Page::first(most)).await;
        let visible = self.visible(who);
        let in_order = page.is_sorted_by(|a, b| a > b);
        prop_assert!(in_order, "{:?}", page);
        let known: HashSet<TweetId> = visible.iter().map(|tweet| tweet.id).collect();
        prop_assert!(page.iter().all(|id| known.contains(id)), "{:?}", page);
        let end = page.last().filter(|_| has_older).copied();
        for tweet in visible {
            let is_sure = tweet.is_pulled || tweet.author == who;
            let is_on_page = end.is_none_or(|end| tweet.id >= end);
            if is_sure && is_on_page {
                prop_assert!(page.contains(&tweet.id), "{:?} is not in {:?}", tweet, page);
            }
        }
        Ok(())
    }

    /// When all is delivered, every home is what the model says, from top to end, and every list is right.
    async fn settle(&self) -> Result<(), TestCaseError> {
        while self.deliver().await + self.turn().await > 0 {}
        self.app.clock.advance(audit::GRACE * 2);
        for who in 0..PEOPLE {
            let expected: Vec<TweetId> = self.visible(who).iter().map(|tweet| tweet.id).collect();
            let mut all: Vec<TweetId> = Vec::new();
            let mut page = Page::first(17);
            loop {
                let (ids, has_older) = self.page(who, &page).await;
                all.extend(&ids);
                match ids.last() {
                    Some(last) if has_older => page = Page::before(last.get(), 17),
                    _ => break,
                }
            }
            prop_assert_eq!(&all, &expected, "the home of {}", who);
            let verdict = audit::audit(&self.app.app, self.people[who].id).await;
            let verdict = verdict.unwrap();
            let is_right = !matches!(verdict, audit::Verdict::Wrong(_));
            prop_assert!(is_right, "{:?}", verdict);
        }
        Ok(())
    }
}

/// So many at a time, each with stores of its own: most of the time is spent on waiting for those.
const AT_ONCE: usize = 4;

fn no_interleaving_is_seen_wrong(profile: Profile) {
    let run = Run::begin("interleavings");
    let each = run.size(1250, 10);
    thread::scope(|scope| {
        for stream in 0..AT_ONCE {
            let mut seed = [0; 32];
            run.chance(u64::try_from(stream).unwrap())
                .fill_bytes(&mut seed);
            scope.spawn(move || none_is_seen_wrong(profile, each, &seed));
        }
    });
    run.end(
        &format!("{} random interleavings ({profile:?})", each * AT_ONCE),
        "0 violations of the model",
    );
}

fn none_is_seen_wrong(profile: Profile, cases: usize, seed: &[u8; 32]) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (app, people) = runtime.block_on(async {
        let app = TestApp::start(profile, SETTINGS).await;
        let mut people = Vec::new();
        for number in 0..PEOPLE {
            let person: Person = app.person(&format!("person{number}")).await;
            people.push(person.user);
        }
        (app, people)
    });
    let config = ProptestConfig {
        cases: u32::try_from(cases).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 500,
        ..ProptestConfig::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, seed);
    let outcome = TestRunner::new_with_rng(config, rng).run(&steps(), |(has_old, steps)| {
        runtime.block_on(async {
            let mut world = World::new(&app, &people, has_old).await;
            for step in &steps {
                world.take(step).await?;
            }
            world.settle().await
        })
    });
    outcome.unwrap();
}

#[test]
fn embedded() {
    no_interleaving_is_seen_wrong(Profile::Embedded);
}

#[test]
fn full() {
    no_interleaving_is_seen_wrong(Profile::Full);
}
