//! A token that somebody else has, too.

use reqwest::StatusCode;

use super::Visitor;
use crate::{
    system::System,
    test_app::{Profile, client},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_token_is_refused_by_every_process_once_its_session_is_ended() {
    let system = System::prepared(Profile::Full, &[]).await;
    let serve = [system.start(&["serve"]), system.start(&["serve"])];
    let [one, other] = [serve[0].address().await, serve[1].address().await];
    let (_, token) = Visitor::sign_up(&one, "ann").await;
    let thief = client().build().unwrap();
    let attempt = async || {
        let home = format!("{other}/api/v1/timelines/home");
        let answer = thief.get(home).bearer_auth(&token).send().await.unwrap();
        answer.status()
    };
    // The other process keeps the session by then.
    for _ in 0..3 {
        assert_eq!(attempt().await, StatusCode::OK);
    }
    let phone = Visitor {
        browser: client().build().unwrap(),
        address: one.clone(),
    };
    let form = [("username", "ann"), ("password", "correct horse battery")];
    phone.post("/login", &form).await;
    phone.post("/settings/sessions/end-others", &[]).await;
    // Not within a second: at once.
    assert_eq!(attempt().await, StatusCode::UNAUTHORIZED);
    let page = phone.page("/settings/sessions").await;
    assert_eq!(page.matches("This device").count(), 1);
    assert!(!page.contains("End all others"));
}
