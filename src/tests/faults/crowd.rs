//! People who follow one another, made by SQL, with tokens.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use diesel::sql_types::{BigInt, Text, Timestamptz};
use diesel_async::RunQueryDsl;
use rand::{RngExt, rngs::StdRng, seq::IteratorRandom};
use twitclone::{
    id::{SessionId, UserId},
    store::User,
};

use crate::{person::Person, system::System};

/// Followers of the first author who never read, so that there are more than one batch.
const SILENT: usize = 500;

/// Authors, and followers who follow some of them. The first author has all followers, and every author some.
pub struct Crowd {
    pub authors: Vec<Member>,
    pub followers: Vec<Member>,
    /// Whom each follower follows.
    followees: HashMap<UserId, HashSet<UserId>>,
}

/// Somebody with an account, logged in.
#[derive(Clone)]
pub struct Member {
    pub user: User,
    pub token: String,
}

#[derive(diesel::QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    username: String,
    #[diesel(sql_type = Timestamptz)]
    created_at: chrono::DateTime<chrono::Utc>,
    #[diesel(sql_type = BigInt)]
    session: i64,
}

impl Crowd {
    /// Each follower follows the first author and, by chance, about a third of the others.
    pub async fn gather(
        system: &System,
        chance: &mut StdRng,
        authors: usize,
        followers: usize,
    ) -> Arc<Self> {
        let authors = sign_up(system, "author", authors).await;
        let followers = sign_up(system, "follower", followers).await;
        let mut followees = HashMap::new();
        let mut rows = Vec::new();
        for follower in &followers {
            let others = authors.iter().skip(1);
            let mut followed = others.sample(chance, authors.len() / 3);
            followed.push(&authors[0]);
            let followed: HashSet<UserId> = followed.iter().map(|author| author.id()).collect();
            rows.extend(
                followed
                    .iter()
                    .map(|author| format!("({}, {author})", follower.id())),
            );
            followees.insert(follower.id(), followed);
        }
        let silent = sign_up(system, "silent", SILENT).await;
        let first = authors[0].id();
        rows.extend(
            silent
                .iter()
                .map(|silent| format!("({}, {first})", silent.id())),
        );
        system
            .sql(&format!(
                "INSERT INTO follows (follower_id, followee_id) VALUES {};
                 UPDATE users SET home_version = home_version + 1,
                     following_count = (SELECT count(*) FROM follows WHERE follower_id = id),
                     follower_count = (SELECT count(*) FROM follows WHERE followee_id = id);
                 ANALYZE",
                rows.join(", ")
            ))
            .await;
        Arc::new(Self {
            authors,
            followers,
            followees,
        })
    }

    /// Whether this author's tweets belong into that member's home.
    pub fn shows(&self, author: UserId, to: UserId) -> bool {
        author == to
            || self
                .followees
                .get(&to)
                .is_some_and(|followed| followed.contains(&author))
    }

    /// Everybody.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.authors.iter().chain(&self.followers)
    }

    pub fn author(&self, chance: &mut StdRng) -> &Member {
        // The one with very many followers tweets as often as three others.
        match chance.random_range(0..self.authors.len() + 2) {
            at if at < self.authors.len() => &self.authors[at],
            _ => &self.authors[0],
        }
    }

    pub fn follower(&self, chance: &mut StdRng) -> &Member {
        &self.followers[chance.random_range(0..self.followers.len())]
    }
}

impl Member {
    pub fn id(&self) -> UserId {
        self.user.id
    }

    /// With connections of their own to that address.
    pub fn at(&self, address: &str) -> Person {
        Person::new(address, self.user.clone(), &self.token)
    }
}

/// Nobody can log in as these; their sessions are begun here.
async fn sign_up(system: &System, name: &str, count: usize) -> Vec<Member> {
    let mut connection = system.app.db.get().await.unwrap();
    let rows: Vec<Row> = diesel::sql_query(format!(
        "WITH made AS (
             INSERT INTO users (username, email, password_hash)
             SELECT '{name}_' || n, '{name}_' || n || '@example.org', '' FROM generate_series(1, {count}) n
             RETURNING id, username, created_at
         ), begun AS (
             INSERT INTO sessions (user_id) SELECT id FROM made RETURNING id AS session, user_id
         )
         SELECT made.id, username, created_at, session FROM made JOIN begun ON user_id = made.id ORDER BY made.id"
    ))
    .load(&mut connection)
    .await
    .unwrap();
    let app = &system.app;
    let member = |row: Row| Member {
        token: app
            .tokens
            .issue(row.id.into(), SessionId::from(row.session), app.clock.now())
            .unwrap(),
        user: User {
            id: row.id.into(),
            username: row.username,
            display_name: String::new(),
            bio: String::new(),
            tweet_count: 0,
            follower_count: 0,
            following_count: 0,
            home_version: 0,
            email_confirmed_at: None,
            created_at: row.created_at,
        },
    };
    rows.into_iter().map(member).collect()
}
