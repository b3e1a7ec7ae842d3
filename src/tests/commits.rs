//! What was done is told when it is committed, not before.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::test_app::TestApp;

/// Every change is refused, but only when it is to be committed: after the statement has given its rows.
const REFUSE: &str = "
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'not committed'; END $$;
    DO $$ DECLARE name text; BEGIN
        FOREACH name IN ARRAY ARRAY['users', 'sessions', 'tweets', 'follows'] LOOP
            EXECUTE format('CREATE CONSTRAINT TRIGGER refuse AFTER INSERT OR UPDATE OR DELETE ON %I
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()', name);
        END LOOP;
    END $$";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_whose_commit_fails() {
    let app = TestApp::embedded().await;
    let (ann, bob, cid) = (
        app.person("ann").await,
        app.person("bob").await,
        app.person("cid").await,
    );
    ann.follow(&bob).await;
    let tweet = ann.tweet("before").await;
    app.sql(REFUSE).await;
    let of = |id, verb| format!("/api/v1/accounts/{id}/{verb}");
    let profile = "/api/v1/accounts/update_credentials";
    let name = [("display_name", "Ann")];
    let password = ("password", "correct horse battery");
    let new = [("username", "dan"), ("email", "dan@example.org"), password];
    let old = [("username", "ann"), password];
    for (what, request) in [
        (
            "posting",
            ann.request(Method::POST, "/api/v1/statuses")
                .json(&json!({ "status": "never" })),
        ),
        (
            "posting on the page",
            ann.browse(Method::POST, "/tweets")
                .form(&[("text", "never")]),
        ),
        (
            "deleting",
            ann.request(Method::DELETE, &format!("/api/v1/statuses/{tweet}")),
        ),
        (
            "following",
            ann.request(Method::POST, &of(cid.id(), "follow")),
        ),
        (
            "unfollowing",
            ann.request(Method::POST, &of(bob.id(), "unfollow")),
        ),
        ("logging out", ann.browse(Method::POST, "/logout")),
        ("a profile", ann.request(Method::PATCH, profile).form(&name)),
        (
            "signing up",
            app.stranger().post(app.url("/signup")).form(&new),
        ),
        (
            "logging in",
            app.stranger().post(app.url("/login")).form(&old),
        ),
    ] {
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR, "{what}");
    }
    assert_eq!(ann.home().await, [tweet]);
}
