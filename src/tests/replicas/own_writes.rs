//! What somebody wrote they read at once, through whichever process, however far behind a replica is; and what was
//! taken back nobody reads.

use super::*;

async fn statuses(person: &Person) -> String {
    let path = format!("/api/v1/accounts/{}/statuses", person.id());
    person.get_json(&path).await.to_string()
}

async fn page(person: &Person, path: &str) -> String {
    let page = person.browse(Method::GET, path).send().await.unwrap();
    page.text().await.unwrap()
}

/// Each right after the write, when the process still takes the replica for fresh.
#[tokio::test(flavor = "multi_thread")]
async fn own_writes_are_read_at_once() {
    let site = Site::start().await;
    let (ann, bob) = (site.person("ann").await, site.person("bob").await);
    let (here, there) = (&ann, &site.elsewhere(&ann));
    let bob_id = bob.id();
    // Reads of those who wrote nothing lately go to the replica, so that the rest says something.
    site.is_level().await;
    let before = replica_reads(site.address(1)).await;
    statuses(there).await;
    assert_eq!(replica_reads(site.address(1)).await, before + 1);

    fresh_and_paused(&site).await;
    let id = here.tweet("what I said #just_now").await.to_string();
    assert!(statuses(there).await.contains(&id), "by the API");
    let mut expected = vec![
        (page(there, "/@ann").await, id.as_str()),
        (page(there, "/tags/just_now").await, id.as_str()),
        (page(there, "/users?q=ann").await, "@ann"),
    ];
    fresh_and_paused(&site).await;
    here.follow(&bob).await;
    let relationships = format!("/api/v1/accounts/relationships?id[]={bob_id}");
    let following = format!("/api/v1/accounts/{}/following", ann.id());
    let relationships = there.get_json(&relationships).await;
    assert_eq!(relationships[0]["following"], true);
    // This one tells everybody the same, and still has what the asker wrote.
    let following = there.get_json(&following).await;
    assert_eq!(following[0]["id"], bob_id.to_string(), "{following}");
    expected.push((page(there, "/@ann/following").await, "@bob"));
    expected.push((page(there, "/@bob").await, "Unfollow"));

    fresh_and_paused(&site).await;
    let change = serde_json::json!({ "display_name": "Ann A. Lately" });
    let changed = here.request(Method::PATCH, "/api/v1/accounts/update_credentials");
    let changed = changed.json(&change).send().await.unwrap();
    assert_eq!(changed.status(), StatusCode::OK);
    let account = there
        .get_json(&format!("/api/v1/accounts/{}", ann.id()))
        .await;
    assert_eq!(account["display_name"], "Ann A. Lately");
    for (text, part) in expected {
        assert!(text.contains(part), "no {part:?} in {text}");
    }
    // A session is nothing that a replica is asked for.
    fresh_and_paused(&site).await;
    here.browse(Method::POST, "/logout").send().await.unwrap();
    let refused = there.get("/api/v1/accounts/verify_credentials").await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
}

/// Level, used by both processes, and from here on showing nothing new.
async fn fresh_and_paused(site: &Site) {
    site.resume().await;
    site.is_level().await;
    site.is_used(true).await;
    site.pause().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_deleted_is_shown_to_nobody_once_that_is_acknowledged() {
    let site = Site::start().await;
    let ann = site.person("ann").await;
    let address = site.address(1);
    for is_paused in [false, true] {
        let id = ann.tweet("what I should not have said").await;
        let change = serde_json::json!({ "note": "what nobody should know" });
        let path = "/api/v1/accounts/update_credentials";
        ann.request(Method::PATCH, path)
            .json(&change)
            .send()
            .await
            .unwrap();
        site.is_level().await;
        site.is_used(true).await;
        let profile = format!("/api/v1/accounts/{}/statuses", ann.id());
        let (_, text) = get(address, &profile).await;
        assert!(text.contains("what nobody should know"), "{text}");
        assert!(text.contains(&id.to_string()), "{text}");
        if is_paused {
            site.pause().await;
        }
        ann.delete_tweet(id).await;
        let (status, _) = get(address, &format!("/api/v1/statuses/{id}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND);
        let (_, text) = get(address, &profile).await;
        assert!(!text.contains(&id.to_string()), "{text}");
        if is_paused {
            fresh_and_paused(&site).await;
        }
        let change = serde_json::json!({ "note": "" });
        ann.request(Method::PATCH, path)
            .json(&change)
            .send()
            .await
            .unwrap();
        let (_, text) = get(address, &profile).await;
        assert!(!text.contains("what nobody should know"), "{text}");
    }
}
