//! Deleting one's account.

use chrono::TimeDelta;
use reqwest::{Client, Response, StatusCode, header::LOCATION};
use serde_json::Value;
use twitclone::account::deletion;

use super::{PASSWORD, log_in, sign_up};
use crate::{in_both_profiles, test_app::TestApp};

in_both_profiles!(
    a_deleted_account_is_gone_from_every_store,
    a_deletion_can_be_taken_back
);

async fn post(app: &TestApp, browser: &Client, path: &str, form: &[(&str, &str)]) -> Response {
    browser.post(app.url(path)).form(form).send().await.unwrap()
}

async fn delete(app: &TestApp, browser: &Client, password: &str) -> Response {
    post(
        app,
        browser,
        "/settings/account/delete",
        &[("password", password)],
    )
    .await
}

async fn json(app: &TestApp, path: &str) -> Value {
    let answer = app.stranger().get(app.url(path)).send().await.unwrap();
    answer.json().await.unwrap()
}

async fn a_deleted_account_is_gone_from_every_store(mut app: TestApp) {
    let (ann, bob, cyd) = (
        app.person("ann").await,
        app.person("bob").await,
        app.person("cyd").await,
    );
    ann.follow(&bob).await;
    cyd.follow(&ann).await;
    cyd.follow(&bob).await;
    let browser = app.stranger();
    log_in(&app, &browser, "ann", PASSWORD).await;
    let mut said = Vec::new();
    for number in 0..250 {
        said.push(
            ann.tweet(&format!("This is number {number} #tag @bob"))
                .await,
        );
    }
    let kept = bob.tweet("This stays").await;
    app.deliver_pending().await;
    for person in [&ann, &cyd] {
        assert_eq!(person.home().await.len(), 40);
    }
    assert_eq!(
        delete(&app, &browser, "wrong").await.status(),
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let answer = delete(&app, &browser, PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(
        answer
            .text()
            .await
            .unwrap()
            .contains("Your account will be deleted on")
    );
    // Nobody is logged in as her any more, and everything is as it was.
    assert_eq!(
        ann.get("/api/v1/accounts/verify_credentials")
            .await
            .status(),
        401
    );
    assert_eq!(deletion::carry_out(&app.app).await.unwrap(), 0);
    assert_eq!(
        json(&app, "/api/v1/accounts/lookup?acct=ann").await["statuses_count"],
        250
    );
    // Two weeks later, without the clock, by which tokens end, too.
    app.sql("UPDATE deletions SET due_at = asked_at").await;
    // Her tweets are taken out of timelines first.
    assert_eq!(deletion::carry_out(&app.app).await.unwrap(), 0);
    app.deliver_pending().await;
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(deletion::carry_out(&app.app).await.unwrap(), 1);
    let left = app.app.timelines.inspect(cyd.id()).await.unwrap().unwrap();
    assert_eq!(left.cached.ids, [kept]);
    assert!(app.app.timelines.inspect(ann.id()).await.unwrap().is_none());
    assert_eq!(cyd.home().await, [kept]);
    let answer = app.stranger().get(app.url("/@ann")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    for id in [&said[0], &said[249]] {
        let answer = app
            .stranger()
            .get(app.url(&format!("/api/v1/statuses/{id}")))
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
    let bob = json(&app, "/api/v1/accounts/lookup?acct=bob").await;
    assert_eq!(
        (&bob["followers_count"], &bob["following_count"]),
        (&Value::from(1), &Value::from(0))
    );
    let cyd = json(&app, "/api/v1/accounts/lookup?acct=cyd").await;
    assert_eq!(cyd["following_count"], 1);
    // In no table is there anything of hers.
    app.sql(&format!(
        "DO $$ DECLARE at record; has bigint; BEGIN \
         FOR at IN SELECT table_name, column_name FROM information_schema.columns \
             WHERE table_schema = current_schema() AND data_type = 'bigint' LOOP \
             EXECUTE format('SELECT count(*) FROM %I WHERE %I = {}', at.table_name, at.column_name) INTO has; \
             IF has > 0 AND at.table_name <> 'changes' THEN \
                 RAISE EXCEPTION '% has % rows in %', at.table_name, has, at.column_name; \
             END IF; \
         END LOOP; END $$",
        ann.id()
    ))
    .await;
    // Nobody else gets her name; she may be somebody else.
    let refused = sign_up(&app, &app.stranger(), "Ann", "a@example.org", PASSWORD).await;
    assert_eq!(refused.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let again = sign_up(&app, &app.stranger(), "ann2", "ann@example.org", PASSWORD).await;
    assert_eq!(again.status(), StatusCode::SEE_OTHER);
    assert_eq!(
        log_in(&app, &app.stranger(), "ann", PASSWORD)
            .await
            .status(),
        401
    );
}

async fn a_deletion_can_be_taken_back(app: TestApp) {
    let ann = app.person("ann").await;
    let id = ann.tweet("I stay").await;
    let browser = app.stranger();
    log_in(&app, &browser, "ann", PASSWORD).await;
    assert_eq!(
        delete(&app, &browser, PASSWORD).await.status(),
        StatusCode::OK
    );
    app.clock.advance(TimeDelta::days(13));
    // Whoever logs in is told at once.
    let answer = log_in(&app, &browser, "ann", PASSWORD).await;
    assert_eq!(answer.headers()[LOCATION], "/settings/account");
    let page = browser
        .get(app.url("/settings/account"))
        .send()
        .await
        .unwrap();
    assert!(page.text().await.unwrap().contains("Keep my account"));
    let kept = post(&app, &browser, "/settings/account/keep", &[]).await;
    assert!(kept.text().await.unwrap().contains("Your account stays."));
    app.clock.advance(TimeDelta::days(2));
    assert_eq!(deletion::carry_out(&app.app).await.unwrap(), 0);
    assert_eq!(
        json(&app, &format!("/api/v1/statuses/{id}")).await["content"],
        "<p>I stay</p>"
    );
    // Once it has begun, it is too late.
    log_in(&app, &browser, "ann", PASSWORD).await;
    delete(&app, &browser, PASSWORD).await;
    let (late, other) = (app.stranger(), app.stranger());
    log_in(&app, &late, "ann", PASSWORD).await;
    app.clock.advance(TimeDelta::days(14));
    post(&app, &late, "/settings/account/keep", &[]).await;
    deletion::carry_out(&app.app).await.unwrap();
    assert_eq!(log_in(&app, &other, "ann", PASSWORD).await.status(), 401);
}
