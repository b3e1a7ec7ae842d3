//! Parts of files and pages: none are given out, so no list of parts makes an answer larger than the whole.

use std::fmt::Write as _;

use reqwest::header;

use crate::test_app::TestApp;

fn ranges() -> Vec<String> {
    let mut ranges: Vec<String> = [
        "bytes=0-0",
        "bytes=0-",
        "bytes=-1",
        "bytes=-0",
        "bytes=1-0",
        "bytes=0-99999999999999999999",
        "bytes=99999999999999999999-",
        "bytes=-99999999999999999999",
        "bytes=--1",
        "bytes=0--1",
        "bytes=a-b",
        "bytes=",
        "bytes",
        "",
        "=0-1",
        "bytes=0-0,0-0",
        "bytes=0-,0-,0-,0-",
        "bytes= 0 - 1 , 2 - 3",
        "bytes=,,,,",
        "bits=0-1",
        "items=0-1",
        "BYTES=0-1",
        "bytes=0-1;bytes=2-3",
        "bytes=0-1\t",
        "bytes=+0-1",
        "bytes=0x0-0x1",
        "bytes=0.5-1",
        "bytes=1e3-",
        "bytes=-",
        "bytes=0-1-2",
        "bytes=5-4,0-1",
        "bytes=18446744073709551615-",
        "bytes=18446744073709551616-",
        "bytes=9223372036854775807-9223372036854775808",
        "bytes=0-0, -1",
    ]
    .map(str::to_owned)
    .into();
    // Apache's of 2011 (CVE-2011-3192): very many parts, each nearly the whole.
    let mut many = "bytes=0-".to_owned();
    for from in 0..1300 {
        write!(many, ",5-{from}").unwrap();
    }
    ranges.push(many);
    ranges.push(format!("bytes={}", vec!["0-"; 1000].join(",")));
    ranges
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_a_file_is_the_whole_of_it() {
    let app = TestApp::embedded().await;
    let stranger = app.stranger();
    for path in [
        "/static/style.css",
        "/static/app.js",
        "/",
        "/about",
        "/robots.txt",
    ] {
        let ask = |range: Option<&str>, tag: Option<&str>| {
            let mut request = stranger.get(app.url(path));
            if let Some(range) = range {
                request = request.header(header::RANGE, range);
            }
            if let Some(tag) = tag {
                request = request.header(header::IF_RANGE, tag);
            }
            request.send()
        };
        let whole = ask(None, None).await.unwrap().bytes().await.unwrap();
        for range in ranges() {
            for tag in [None, Some("\"x\""), Some("Wed, 21 Oct 2015 07:28:00 GMT")] {
                let answer = ask(Some(&range), tag).await.unwrap();
                assert_eq!(answer.status(), 200, "{path} {range:.60}");
                let headers = answer.headers();
                assert!(!headers.contains_key(header::CONTENT_RANGE), "{range:.60}");
                let body = answer.bytes().await.unwrap();
                assert!(body == whole, "{path} {range:.60}: {} bytes", body.len());
            }
        }
    }
}
