//! What people type never becomes anything but text, on any page.

use std::time::Duration;

use fantoccini::wd::TimeoutConfiguration;

use super::{Browser, DESK};
use crate::test_app::TestApp;

/// Elements that run something, or load something that does.
const ELEMENTS: [&str; 12] = [
    "script", "img", "svg", "iframe", "body", "video", "details", "math", "style", "form", "input",
    "a",
];
/// What makes them do it.
const ATTRIBUTES: [&str; 8] = [
    "onerror=stolen()",
    "onload=stolen()",
    "onfocus=stolen() autofocus tabindex=1",
    "ontoggle=stolen() open",
    "src=javascript:stolen()",
    "href=\"javascript:stolen()\"",
    "srcdoc=\"<script>stolen()</script>\"",
    "style=\"background:url(javascript:stolen())\"",
];
/// How an attacker gets out of where the text stands.
const WAYS_OUT: [&str; 6] = [
    "",
    "\">",
    "'>",
    "</textarea>",
    "</title></style>",
    "--><!-- ",
];
/// What needs no element.
const OTHERS: [&str; 12] = [
    "javascript:stolen()",
    "https://example.org/\"onmouseover=\"stolen()",
    "https://example.org/'><script>stolen()</script>",
    "{{ 7 * 191 }}",
    "{% raw %}<script>stolen()</script>{% endraw %}",
    "&lt;script&gt;stolen()&lt;/script&gt;",
    "&#60;script&#62;stolen()&#60;/script&#62;",
    "\u{202e}<script>stolen()</script>\u{2066}",
    "<scr\u{0}ipt>stolen()</scr\u{0}ipt>",
    "＜script＞stolen()＜/script＞",
    "#\"onclick=stolen() @\"onclick=stolen()",
    "<<script>script>stolen()</script>",
];

/// All of them together.
fn payloads() -> Vec<String> {
    let mut all: Vec<String> = OTHERS.iter().map(|&other| other.to_owned()).collect();
    for element in ELEMENTS {
        for attribute in ATTRIBUTES {
            for way in WAYS_OUT {
                all.push(format!("{way}<{element} {attribute}>stolen()</{element}>"));
            }
        }
    }
    all
}

/// What is on a page, as a browser reads it, that none of ours has there: elements where people's text stands, attributes that
/// run something, addresses of no web page, scripts but our one.
const FOREIGN: &str = "(document) => [
    ...document.querySelectorAll('.words *:not(a), .name *, .handle *, .bio *, h1 bdi *, title *, textarea *'),
    ...document.querySelectorAll('iframe, math, video, img, style, object, embed, base'),
    ...[...document.querySelectorAll('script')].filter((script) => !script.src.includes('/static/app.js?v=')),
    ...[...document.querySelectorAll('*')].filter((element) => [...element.attributes].some(({ name, value }) =>
        name.startsWith('on') || name === 'style' || name === 'srcdoc' || /^(href|src|action|formaction|data|poster|xlink:href)$/.test(name) && /^\\s*javascript:/i.test(value))),
    ...[...document.querySelectorAll('a')].filter((link) => !/^https?:$/.test(link.protocol)),
].map((element) => element.outerHTML.slice(0, 200))";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_typed_runs() {
    let app = TestApp::embedded().await;
    let payloads = payloads();
    assert!(payloads.len() >= 500, "{}", payloads.len());
    let ann = app.person("ann").await;
    // Each is somebody's name and bio, and a tweet.
    let rows = payloads.iter().enumerate().map(|(at, payload)| {
        let quoted = payload.replace('\0', "").replace('\'', "''");
        let name: String = quoted.chars().take(190).collect();
        let name = name.trim_end_matches('\'').to_owned();
        format!("('p{at}', 'p{at}@example.org', '', '{name}', '{quoted}')")
    });
    let rows: Vec<String> = rows.collect();
    app.sql(&format!(
        "INSERT INTO users (username, email, password_hash, display_name, bio) VALUES {}",
        rows.join(",")
    ))
    .await;
    app.sql(
        "INSERT INTO tweets (author_id, text) SELECT id, bio FROM users WHERE username <> 'ann'",
    )
    .await;
    app.sql("INSERT INTO follows (follower_id, followee_id) SELECT (SELECT id FROM users WHERE username = 'ann'), id \
             FROM users WHERE username <> 'ann'")
        .await;
    app.sql("UPDATE users SET home_version = home_version + 1 WHERE username = 'ann'")
        .await;
    assert!(!ann.home().await.is_empty());
    let mut browser = Browser::of(&app, "ann", DESK).await;
    browser.expected = vec!["404", "400", "422"];
    // Every page that shows them, read by the browser's own parser.
    let walk = format!(
        "const [payloads, done] = arguments;
        const foreign = {FOREIGN};
        const found = [];
        let rows = 0;
        const look = async (address, options) => {{
            const answer = await fetch(address, options);
            const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
            for (const element of foreign(page)) found.push(address + ': ' + element);
            rows += page.querySelectorAll('.tweet, .person').length;
            return page.querySelector('.pager .next')?.getAttribute('href');
        }};
        const all = async () => {{
            for (let next = '/'; next; next = await look(next));
            for (let next = '/users'; next; next = await look(next));
            for (const [at, payload] of payloads.entries()) {{
                await look('/@p' + at);
                const typed = encodeURIComponent(payload);
                if (at % 10 === 0) {{
                    await look('/users?q=' + typed);
                    await look('/login?next=' + typed);
                    await look('/tags/' + typed);
                    await look('/' + typed);
                    await look('/@' + typed);
                    await look('/?max_id=' + typed);
                    const body = new URLSearchParams({{ text: payload.repeat(200), display_name: payload.repeat(9), bio: payload }});
                    await look('/tweets', {{ method: 'POST', body }});
                    await look('/settings', {{ method: 'POST', body }});
                }}
            }}
            return [found, rows];
        }};
        all().then(done, (error) => done([[String(error)], 0]));"
    );
    let arguments = vec![serde_json::to_value(&payloads).unwrap()];
    let patience = TimeoutConfiguration::new(Some(Duration::from_secs(120)), None, None);
    browser.client.update_timeouts(patience).await.unwrap();
    let seen = browser
        .client
        .execute_async(&walk, arguments)
        .await
        .unwrap();
    let found: Vec<String> = serde_json::from_value(seen[0].clone()).unwrap();
    assert!(found.is_empty(), "{found:#?}");
    assert!(
        seen[1].as_u64().unwrap() > 1500,
        "rows were looked at: {seen}"
    );
    // And some that are opened: whatever ran, or was kept from it, the browser would complain of.
    for path in [
        "/",
        "/users",
        "/@p100",
        "/users?q=%3Cimg%20src%3Dx%20onerror%3Dstolen()%3E",
    ] {
        browser.goto(path).await;
        browser.find("h1").await;
    }
    browser.close().await;
}
