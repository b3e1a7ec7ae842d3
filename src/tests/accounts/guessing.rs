//! Guessing somebody's password.

use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::{Client, StatusCode, header};

use super::{PASSWORD, log_in};
use crate::test_app::TestApp;

const WRONG: &str = "not the password";

async fn tries(app: &TestApp, name: &str, count: usize) -> Vec<StatusCode> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        let answer = log_in(app, &app.stranger(), name, WRONG).await;
        statuses.push(answer.status());
    }
    statuses
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_passwords_in_a_quarter_of_an_hour_are_all() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    app.person("bob").await;
    let known = app.stranger();
    let answer = log_in(&app, &known, "ann", PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    // Nobody has the name nemo, and gets the same answers.
    for name in ["ann", "nemo"] {
        let ten = tries(&app, name, 10).await;
        assert_eq!(ten, [StatusCode::UNAUTHORIZED; 10], "{name}");
        // However the name is spelt, and whether the password is right.
        for password in [WRONG, PASSWORD] {
            let name = format!(" {} ", name.to_uppercase());
            let refused = log_in(&app, &app.stranger(), &name, password).await;
            assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
            assert_eq!(refused.headers()[header::RETRY_AFTER], "900");
            let page = refused.text().await.unwrap();
            assert!(page.contains("too many wrong passwords for this account"));
            assert!(page.contains("Try again in 15 minutes"), "{page}");
        }
    }
    // On a device that she has used before she still gets in, and so does everybody else.
    let answer = log_in(&app, &known, "ann", PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let answer = log_in(&app, &app.stranger(), "bob", PASSWORD).await;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    // That did not give strangers new tries.
    assert_eq!(tries(&app, "ann", 1).await, [StatusCode::TOO_MANY_REQUESTS]);
    app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(tries(&app, "ann", 1).await, [StatusCode::UNAUTHORIZED]);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_quarter_of_an_hour_has_more_wherever_it_begins() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let (wrong, too_many) = (StatusCode::UNAUTHORIZED, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(tries(&app, "ann", 1).await, [wrong]);
    app.clock.advance(TimeDelta::minutes(14));
    assert_eq!(tries(&app, "ann", 9).await, [wrong; 9]);
    app.clock.advance(TimeDelta::minutes(2));
    // The first is more than a quarter of an hour old, the other nine are not.
    assert_eq!(tries(&app, "ann", 3).await, [wrong, too_many, too_many]);
    // Who is refused is not kept away for longer by it.
    app.clock.advance(TimeDelta::minutes(13));
    assert_eq!(tries(&app, "ann", 1).await, [wrong]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_password_forgives_the_wrong_ones() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    for _ in 0..3 {
        assert_eq!(tries(&app, "ann", 9).await, [StatusCode::UNAUTHORIZED; 9]);
        let answer = log_in(&app, &app.stranger(), "ann", PASSWORD).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tries_at_the_same_time_are_counted_one_by_one() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let all = (0..30).map(async |_| log_in(&app, &app.stranger(), "ann", WRONG).await.status());
    let statuses = join_all(all).await;
    let count = |status| statuses.iter().filter(|has| **has == status).count();
    assert_eq!(count(StatusCode::UNAUTHORIZED), 10, "{statuses:?}");
    assert_eq!(count(StatusCode::TOO_MANY_REQUESTS), 20, "{statuses:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_device_has_ten_tries_too_and_nobody_can_plant_one() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let device = async |cookie: &str, password: &str| {
        let form = [("username", "ann"), ("password", password)];
        let request = Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap()
            .post(app.url("/login"))
            .header(header::COOKIE, format!("device={cookie}"))
            .header("sec-fetch-site", "same-origin")
            .form(&form);
        request.send().await.unwrap()
    };
    // What a stranger put there is not what she is known by.
    let answer = device("planted", PASSWORD).await;
    let cookies = answer.headers().get_all(header::SET_COOKIE);
    let given: Vec<&str> = cookies
        .iter()
        .filter_map(|cookie| cookie.to_str().unwrap().strip_prefix("device="))
        .collect();
    let secret = given[0].split(';').next().unwrap();
    assert!(given[0].contains("HttpOnly"), "{given:?}");
    assert!(secret.len() == 32 && secret != "planted", "{given:?}");
    assert_eq!(tries(&app, "ann", 10).await, [StatusCode::UNAUTHORIZED; 10]);
    let refused = device("planted", PASSWORD).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    for _ in 0..10 {
        let answer = device(secret, WRONG).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    }
    let refused = device(secret, PASSWORD).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_confirmed_an_address_logs_in_by_it_and_has_no_more_tries_for_that() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let by = async |name: &str| log_in(&app, &app.stranger(), name, PASSWORD).await.status();
    // Anybody could have typed it when they signed up.
    assert_eq!(by("ann@example.org").await, StatusCode::UNAUTHORIZED);
    app.sql("UPDATE users SET email_confirmed_at = now()").await;
    assert_eq!(by(" ANN@example.org ").await, StatusCode::SEE_OTHER);
    for (name, count) in [("ann@example.org", 6), ("Ann", 4)] {
        for status in tries(&app, name, count).await {
            assert_eq!(status, StatusCode::UNAUTHORIZED);
        }
    }
    for name in ["ann", "ann@example.org"] {
        assert_eq!(by(name).await, StatusCode::TOO_MANY_REQUESTS, "{name}");
    }
}
