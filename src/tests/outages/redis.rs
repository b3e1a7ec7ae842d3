//! Without Redis homes are read from SQL; when it is back they are right at once, whatever it kept.

use reqwest::Method;
use twitclone::id::TweetId;

use super::{AT_MOST, Site};
use crate::{person::Person, servers::Server, system::until, test_app::Profile};

/// Ann and cid tweet; bob and dan follow ann; all have warm timelines.
async fn four(site: &Site) -> [Person; 4] {
    let (ann, bob) = site.two().await;
    let (cid, dan) = (site.person("cid").await, site.person("dan").await);
    dan.follow(&ann).await;
    for person in [&ann, &cid, &dan] {
        assert_eq!(person.home().await, []);
    }
    for number in 0..3 {
        ann.tweet(&format!("{number}")).await;
        cid.tweet(&format!("{number}")).await;
    }
    let people = [ann, bob, cid, dan];
    for person in &people {
        site.arrives(person).await;
    }
    people
}

/// Everything that changes a home. Dan does nothing: what he misses, only the events bring.
async fn carry_on([ann, bob, cid, _]: &[Person; 4], last: TweetId) {
    bob.follow(cid).await;
    ann.tweet("meanwhile").await;
    ann.follow(cid).await;
    cid.tweet("meanwhile, too").await;
    ann.unfollow(cid).await;
    cid.follow(bob).await;
    bob.tweet("and me").await;
    cid.delete_tweet(last).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_redis_everything_goes_on() {
    let redis = Server::start("redis").await;
    let site = Site::start(Profile::Full, &redis, &[]).await;
    let people = four(&site).await;
    let last = people[2].home().await[0];
    redis.kill().await;
    site.is_without("redis").await;
    site.homes_are_right(&people.each_ref()).await;
    carry_on(&people, last).await;
    site.homes_are_right(&people.each_ref()).await;
    let page = people[1].browse(Method::GET, "/").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("meanwhile, too"));

    // Empty, without the functions: right at once, and cached again.
    redis.start_again().await;
    site.homes_are_right(&people.each_ref()).await;
    for person in &people {
        site.arrives(person).await;
        person.tweet("after").await;
    }
    for person in &people {
        site.arrives(person).await;
    }
    site.homes_are_right(&people.each_ref()).await;
    site.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn emptied_redis_is_filled_by_the_next_read() {
    let redis = Server::start("redis").await;
    let site = Site::start(Profile::Full, &redis, &[]).await;
    let people = four(&site).await;
    for command in ["FLUSHALL", "FLUSHALL"] {
        redis.tell(command).await;
        site.homes_are_right(&people.each_ref()).await;
        for person in &people {
            assert_eq!(
                site.system.cached(person).await,
                site.system.truth(person).await
            );
        }
        people[0].tweet("more").await;
        site.arrives(&people[1]).await;
    }
}

/// Redis comes back with the lists that it had when it stopped, and much has happened since.
#[tokio::test(flavor = "multi_thread")]
async fn lists_that_missed_something_are_not_answered_from() {
    let redis = Server::start("redis").await;
    let site = Site::start(Profile::Full, &redis, &[]).await;
    let people = four(&site).await;
    let last = people[2].home().await[0];
    redis.tell("SAVE").await;
    redis.kill().await;
    carry_on(&people, last).await;
    redis.start_again().await;
    site.homes_are_right(&people.each_ref()).await;
    for person in &people {
        person.tweet("after").await;
    }
    for person in &people {
        site.arrives(person).await;
    }
    site.homes_are_right(&people.each_ref()).await;
}

/// A power cut takes what Redis had acknowledged since it last saved. Those events are done and never come
/// again, so the lists must be known to lack them.
#[tokio::test(flavor = "multi_thread")]
async fn pushes_that_redis_forgot_are_not_missed() {
    let redis = Server::start("redis").await;
    let site = Site::start(Profile::Full, &redis, &[]).await;
    let people = four(&site).await;
    redis.tell("SAVE").await;
    for person in &people {
        person.tweet("acknowledged, delivered, forgotten").await;
    }
    for person in &people {
        site.arrives(person).await;
    }
    redis.kill().await;
    redis.start_again().await;
    // Nobody asked while it was away.
    site.homes_are_right(&people.each_ref()).await;
}

/// Worse than away: it takes connections and answers nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_hangs_is_not_waited_for() {
    let redis = Server::start("redis").await;
    let site = Site::start(Profile::Full, &redis, &[]).await;
    let people = four(&site).await;
    let last = people[2].home().await[0];
    redis.freeze();
    for person in &people {
        let begun = std::time::Instant::now();
        assert_eq!(person.home().await, site.system.truth(person).await);
        assert!(begun.elapsed() < AT_MOST, "{:?}", begun.elapsed());
    }
    site.is_without("redis").await;
    carry_on(&people, last).await;
    redis.thaw();
    // It kept what it had, and carries out what it had been told; the events come a little later.
    for person in &people {
        until("home is right", async || {
            person.home().await == site.system.truth(person).await
        })
        .await;
    }
    site.homes_are_right(&people.each_ref()).await;
    site.is_well().await;
}

/// What a worker has in hand and cannot deliver when it is told to stop is the next one's.
#[tokio::test(flavor = "multi_thread")]
async fn without_redis_a_worker_stops_in_time_and_loses_nothing() {
    let redis = Server::start("redis").await;
    let mut site = Site::start(Profile::Full, &redis, &[]).await;
    let (ann, bob) = site.two().await;
    redis.tell("SAVE").await;
    redis.kill().await;
    for number in 0..3 {
        ann.tweet(&format!("{number}")).await;
    }
    let fanout = site.fanout.as_ref().unwrap();
    fanout.logged("delivery is tried again").await;
    site.stops().await;
    redis.start_again().await;
    // Nobody reads, so that the lists are those of before: only the events can bring what is missing.
    assert_eq!(site.system.cached(&bob).await, []);
    let _fanout = site.system.start(&["fanout"]);
    site.arrives(&bob).await;
}
