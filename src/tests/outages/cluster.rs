//! The whole system on a Redis Cluster, and without one of its masters.

use std::time::Instant;

use super::{AT_MOST, Site};
use crate::{
    person::Person,
    servers::{Server, node_with, redis_cluster},
    system::until,
    test_app::Profile,
};

/// Ann and her followers, who all have warm lists, and on which node each of those is.
async fn ann_and_followers(site: &Site, nodes: &[Server]) -> (Person, Vec<(Person, usize)>) {
    // Whoever looked once knows all masters. The settings name one, and that may be the one that goes.
    site.system.app.timelines.ping().await.unwrap();
    let ann = site.person("ann").await;
    assert_eq!(ann.home().await, []);
    let mut followers = Vec::new();
    for number in 0..10 {
        let person = site.person(&format!("p{number}")).await;
        person.follow(&ann).await;
        assert_eq!(person.home().await, []);
        let key = format!("{}:timeline:{}", site.system.name, person.id());
        let node = node_with(nodes, &key).await;
        followers.push((person, node));
    }
    (ann, followers)
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_cluster_everything_works() {
    let nodes = redis_cluster().await;
    let mut site = Site::start(Profile::Full, &nodes[1], &[]).await;
    let (ann, followers) = ann_and_followers(&site, &nodes).await;
    let tweets = [ann.tweet("one").await, ann.tweet("two").await];
    for (person, _) in &followers {
        site.arrives(person).await;
        assert_eq!(person.home().await, [tweets[1], tweets[0]]);
    }
    // Other rows are kept by then, and each change is seen by whoever asks after it.
    ann.delete_tweet(tweets[0]).await;
    let (bob, _) = &followers[0];
    bob.follow(&followers[1].0).await;
    let third = followers[1].0.tweet("three").await;
    followers[2].0.unfollow(&ann).await;
    assert_eq!(followers[2].0.home().await, []);
    for (person, _) in &followers[3..] {
        assert_eq!(person.home().await, [tweets[1]]);
    }
    until("the tweet arrives", async || {
        bob.home().await == [third, tweets[1]]
    })
    .await;
    site.is_well().await;
    site.stops().await;
}

/// A master hangs and comes back as it was: those whose lists the others have do not wait for it, and those whose lists
/// it has miss nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_hangs_holds_up_its_own_readers_only() {
    let nodes = redis_cluster().await;
    let site = Site::start(Profile::Full, &nodes[0], &[]).await;
    let (ann, followers) = ann_and_followers(&site, &nodes).await;
    let frozen = followers[0].1;
    assert!(followers.iter().any(|(_, node)| *node != frozen));
    nodes[frozen].freeze();
    for number in 0..3 {
        ann.tweet(&format!("{number}")).await;
    }
    let truth = site.system.truth(&followers[0].0).await;
    for (person, node) in &followers {
        let begun = Instant::now();
        let home = person.home().await;
        assert!(begun.elapsed() < AT_MOST, "{:?}", begun.elapsed());
        if *node == frozen {
            assert_eq!(home, truth);
        } else {
            site.arrives(person).await;
        }
    }
    site.is_without("redis").await;
    nodes[frozen].thaw();
    until("it is reached", async || {
        site.system.app.timelines.ping().await.is_ok()
    })
    .await;
    // Nobody reads, so only deliveries can bring what is missing.
    for (person, _) in &followers {
        site.arrives(person).await;
    }
    site.is_well().await;
}

/// A master is gone and comes back empty.
#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_comes_back_empty_is_filled_by_the_next_read() {
    let nodes = redis_cluster().await;
    let site = Site::start(Profile::Full, &nodes[0], &[]).await;
    let (ann, followers) = ann_and_followers(&site, &nodes).await;
    let people: Vec<&Person> = followers.iter().map(|(person, _)| person).collect();
    let gone = followers[0].1;
    nodes[gone].kill().await;
    ann.tweet("meanwhile").await;
    for (person, node) in &followers {
        if *node != gone {
            site.arrives(person).await;
        }
    }
    site.homes_are_right(&people).await;
    nodes[gone].start_again().await;
    site.is_well().await;
    site.homes_are_right(&people).await;
    for person in &people {
        until("it is cached again", async || {
            person.home().await;
            site.system.cached(person).await == site.system.truth(person).await
        })
        .await;
    }
    let last = ann.tweet("after").await;
    for person in &people {
        site.arrives(person).await;
        assert_eq!(person.home().await[0], last);
    }
}
