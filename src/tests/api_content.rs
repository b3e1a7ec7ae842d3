//! The HTML of tweets: whatever somebody writes, the tags are ours alone, and nothing of the text is lost.

use std::collections::HashMap;

use proptest::prelude::*;
use twitclone::{http::api::content::html, id::UserId, tweet::entities::Names};

const BASE: &str = "https://here.example";

#[test]
fn paragraphs_lines_links_names_and_tags() {
    for (text, expected) in [
        ("", ""),
        ("one", "<p>one</p>"),
        ("one\ntwo", "<p>one<br />two</p>"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("one\n\n\n \n\ntwo", "<p>one</p><p>two</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("<p>", "<p>&lt;p&gt;</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        (
            "@ANN and @bob",
            "<p><a href=\"https://here.example/@Ann\" class=\"u-url mention\">@<span>ANN</span></a> and @bob</p>",
        ),
        (
            "#Tag",
            "<p><a href=\"https://here.example/tags/tag\" class=\"mention hashtag\" rel=\"tag\">#<span>Tag</span></a></p>",
        ),
        (
            "http://a.example/?x='&y=\"",
            "<p><a href=\"http://a.example/?x=&#39;&amp;y=\" rel=\"nofollow noopener noreferrer\" \
             target=\"_blank\">http://a.example/?x=&#39;&amp;y=</a>&quot;</p>",
        ),
    ] {
        assert_eq!(html(text, &names(), BASE), expected, "{text:?}");
    }
}

fn written() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        any::<String>(),
        prop::sample::select(vec![
            "<",
            ">",
            "\"",
            "'",
            "&",
            "&lt;",
            "</p>",
            "<br />",
            "<script>",
            "\n",
            "\n\n",
            " ",
            "@ann",
            "@ANN",
            "@nobody",
            "#tag",
            "#<b>",
            "#é\u{301}",
            "https://x.example/",
            "http://",
            "javascript:",
            "?a=\"&b='",
            "=\"",
            "#",
            "@",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn the_tags_are_ours_alone(text in written()) {
        let html = html(&text, &names(), BASE);
        let mut shown = String::new();
        let mut open: Vec<&str> = Vec::new();
        let mut rest = html.as_str();
        while let Some((before, tail)) = rest.split_once('<') {
            shown.push_str(before);
            let (tag, tail) = tail.split_once('>').expect("a tag ends");
            match tag {
                "br /" => {}
                "p" => open.push("p"),
                "span" => open.push("span"),
                "/p" | "/span" | "/a" => prop_assert_eq!(open.pop(), tag.strip_prefix('/')),
                _ => {
                    check_link(tag);
                    open.push("a");
                }
            }
            rest = tail;
        }
        shown.push_str(rest);
        prop_assert!(open.is_empty(), "{}", html);
        prop_assert!(!shown.contains(['>', '"', '\'']), "{}", html);
        prop_assert_eq!(without_space(&unescape(&shown)), without_space(&text));
    }
}

fn check_link(tag: &str) {
    let address = tag.strip_prefix("a href=\"").expect(tag);
    let (address, attributes) = address.split_once('"').expect(tag);
    let lower = address.to_lowercase();
    assert!(
        lower.starts_with("http://") || lower.starts_with("https://"),
        "{tag}"
    );
    assert!(
        [
            " rel=\"nofollow noopener noreferrer\" target=\"_blank\"",
            " class=\"u-url mention\"",
            " class=\"mention hashtag\" rel=\"tag\"",
        ]
        .contains(&attributes),
        "{tag}"
    );
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn names() -> Names {
    HashMap::from([("ann".to_owned(), (UserId::from(1), "Ann".to_owned()))])
}
