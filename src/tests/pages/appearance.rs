//! How pages look.

use super::{Browser, PASSWORD};
use crate::test_app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn colours_that_were_chosen_are_kept_on_every_page() {
    let app = TestApp::embedded().await;
    let browser = Browser::new(&app);
    browser.get("/").await.lacks("data-theme");
    let place = "/settings/appearance";
    for theme in ["light", "dark", "contrast"] {
        browser
            .post(place, &[("theme", theme)])
            .await
            .leads_to(place);
        let chosen = format!("<html lang=\"en\" data-theme=\"{theme}\">");
        browser.get("/login").await.has(&chosen);
        browser.get("/nothing-here").await.is(404).has(&chosen);
        browser
            .get(place)
            .await
            .has(&chosen)
            .has(&format!("value=\"{theme}\" checked"));
    }
    browser.post(place, &[("theme", "")]).await.leads_to(place);
    browser
        .get(place)
        .await
        .lacks("data-theme")
        .has("value=\"\" checked");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_choice_outlives_a_log_in_and_what_is_no_choice_is_refused() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let browser = Browser::new(&app);
    let place = "/settings/appearance";
    browser
        .post(place, &[("theme", "dark")])
        .await
        .leads_to(place);
    let refused = browser.post(place, &[("theme", "\"><b>")]).await;
    refused
        .is(400)
        .has("There are no such colours. Go back and choose one of the list.");
    let form = [("username", "ann"), ("password", PASSWORD)];
    browser.post("/login", &form).await.leads_to("/");
    browser.get("/").await.has("data-theme=\"dark\"");
    browser
        .get(place)
        .await
        .has("<nav class=\"tabs\" aria-label=\"Settings\">");
}
