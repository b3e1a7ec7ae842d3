//! PostgreSQL's clock was ahead when something was written, and has been set back since.

use super::*;

with_small_pieces!(nothing_waits_until_the_clock_is_there_again);

async fn nothing_waits_until_the_clock_is_there_again(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    // Ahead by so much, after so many attempts in vain.
    for (ahead, attempts) in [("1 minute", 0), ("1 hour", 0), ("1 hour", 1)] {
        let tweet = ann.tweet("to many").await;
        app.deliver_events().await;
        app.sql(&format!(
            "UPDATE pieces SET due_at = due_at + interval '{ahead}', attempts = {attempts}"
        ))
        .await;
        app.deliver_pending().await;
        let have = have(&app, &followers, tweet).await;
        assert_eq!(have, followers.len(), "{ahead} after {attempts}");
    }
    // What failed a moment ago does wait.
    ann.tweet("to many").await;
    app.deliver_events().await;
    app.sql("UPDATE pieces SET due_at = due_at + interval '4 minutes', attempts = 1")
        .await;
    assert_eq!(turn(&app).await, 0);
}
