//! A token that somebody else has, too, and a password that somebody wants to have.

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

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_are_counted_over_all_processes_and_restarts() {
    let system = System::prepared(Profile::Full, &[]).await;
    let serve = [system.start(&["serve"]), system.start(&["serve"])];
    let [one, other] = [serve[0].address().await, serve[1].address().await];
    Visitor::sign_up(&one, "ann").await;
    let wrong = async |address: &str| {
        let form = [("username", "ann"), ("password", "not the password")];
        let url = format!("{address}/login");
        let answer = client().build().unwrap().post(url).form(&form).send().await;
        answer.unwrap().status()
    };
    for _ in 0..5 {
        for address in [&one, &other] {
            assert_eq!(wrong(address).await, StatusCode::UNAUTHORIZED);
        }
    }
    for address in [&one, &other] {
        assert_eq!(wrong(address).await, StatusCode::TOO_MANY_REQUESTS);
    }
    drop(serve);
    let again = system.start(&["serve"]);
    let again_at = again.address().await;
    assert_eq!(wrong(&again_at).await, StatusCode::TOO_MANY_REQUESTS);
}
