//! Text: what is kept, how it is counted, what is found in it; cursors.

use proptest::prelude::*;
use twitclone::{
    cursor::Page,
    id::TweetId,
    text,
    timeline::union,
    tweet::{
        TweetText,
        entities::{Piece, mentioned, pieces, tags},
    },
};

fn tweet(input: &str) -> Result<String, String> {
    TweetText::parse(input, 10)
        .map(|text| text.as_str().to_owned())
        .map_err(|said| said.to_string())
}

#[test]
fn characters_are_counted_as_people_see_them() {
    for (input, count) in [
        ("hello", 5),
        ("👨‍👩‍👧‍👦", 1),
        ("🇩🇪🇯🇵", 2),
        ("e\u{301}", 1),
        ("नमस्ते", 3),
        ("한국어", 3),
        ("a\nb", 3),
    ] {
        assert_eq!(text::count(&text::clean(input)), count, "{input}");
    }
}

#[test]
fn a_tweet_is_cleaned_before_it_is_kept() {
    for (input, kept) in [
        ("  hello \n", "hello"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("e\u{301}t\u{7}\u{0}e\u{301}", "été"),
        ("a\u{9d}b\u{1b}[1m", "ab[1m"),
        // A mark joins its letter, whatever stood between them.
        ("e\u{1}\u{301}", "é"),
        ("\u{1112}\u{8}\u{1161}\u{7f}\u{11ab}", "한"),
    ] {
        assert_eq!(TweetText::parse(input, 20).unwrap().as_str(), kept);
    }
}

#[test]
fn a_name_is_composed_without_what_leaves_no_trace() {
    for input in ["e\u{200b}\u{301}", "\u{feff} e\u{2060}\u{301}\u{200e} "] {
        assert_eq!(text::without_traces(input), "é", "{input:?}");
    }
}

#[test]
fn a_tweet_has_one_to_ten_characters_here() {
    assert_eq!(tweet("0123456789"), Ok("0123456789".to_owned()));
    assert_eq!(tweet("👨‍👩‍👧‍👦".repeat(10).as_str()), Ok("👨‍👩‍👧‍👦".repeat(10)));
    let error = tweet("01234567890").unwrap_err();
    assert_eq!(error, "A tweet may have 10 characters; this one has 11.");
    for nothing in ["", "  \n\t ", "\u{0}\u{7}", "\u{200b}\u{feff}\u{2060}"] {
        assert_eq!(
            tweet(nothing).unwrap_err(),
            "A tweet needs some text.",
            "{nothing:?}"
        );
    }
    let piled = format!("a{}", "\u{301}".repeat(2000));
    assert!(tweet(&piled).unwrap_err().contains("piled"));
}

#[test]
fn links_names_and_tags_are_found() {
    let found = pieces("Hi @ann, see https://example.org/a_(b)?x=1#y. #Rust_lang!");
    assert_eq!(
        found,
        [
            Piece::Text { text: "Hi " },
            Piece::Mention {
                text: "@ann",
                name: "ann"
            },
            Piece::Text { text: ", see " },
            Piece::Link {
                text: "https://example.org/a_(b)?x=1#y",
                url: "https://example.org/a_(b)?x=1#y"
            },
            Piece::Text { text: ". " },
            Piece::Tag {
                text: "#Rust_lang",
                tag: "rust_lang".to_owned()
            },
            Piece::Text { text: "!" },
        ]
    );
}

#[test]
fn what_only_looks_like_one_is_text() {
    for text in [
        "ann@example.org",
        "a@b",
        "@",
        "#",
        "#1",
        "##rust",
        "@@ann",
        "@ann@elsewhere.example",
        "x#y",
        "/#y",
        "javascript:alert(1)",
        "ftp://example.org",
        "@abcdefghijabcdefghijabcdefghijk",
        "@annä",
    ] {
        let found = pieces(text);
        assert!(
            found
                .iter()
                .all(|piece| matches!(piece, Piece::Text { .. })),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn names_and_tags_are_given_once_and_in_lower_case() {
    assert_eq!(
        tags("#Rust #rust #日本語 #größe"),
        ["größe", "rust", "日本語"]
    );
    assert_eq!(
        mentioned(["@Ann @ann @bob", "(@cid)", "a@dan"]),
        ["ann", "bob", "cid"]
    );
}

#[test]
fn a_link_ends_at_any_white_space() {
    for space in [' ', '\n', '\u{a0}', '\u{2003}', '\u{2028}', '\u{3000}'] {
        let text = format!("https://example.org/a.{space}b{space}https://example.org{space}#c");
        let links: Vec<&str> = pieces(&text)
            .iter()
            .filter_map(|piece| match piece {
                Piece::Link { url, .. } => Some(*url),
                _ => None,
            })
            .collect();
        assert_eq!(
            links,
            ["https://example.org/a", "https://example.org"],
            "{space:?}"
        );
        assert_eq!(tags(&text), ["c"], "{space:?}");
    }
}

#[test]
fn a_tag_is_found_under_the_name_that_it_is_kept_under() {
    // In lower case there is one character for these two.
    assert_eq!(tags("#J\u{30c}"), ["\u{1f0}"]);
    // In lower case this is two, and a hundred are the most.
    assert_eq!(
        tags(&format!("#{}", "İ".repeat(50))),
        ["i\u{307}".repeat(50)]
    );
    assert!(tags(&format!("#{}", "İ".repeat(51))).is_empty());
}

proptest! {
    #[test]
    fn pieces_put_together_are_the_text(text in "[ -~\n@#äé日\u{301}👍./:_]{0,80}|\\PC{0,60}") {
        let together: String = pieces(&text)
            .iter()
            .map(|piece| match piece {
                Piece::Text { text }
                | Piece::Link { text, .. }
                | Piece::Mention { text, .. }
                | Piece::Tag { text, .. } => *text,
            })
            .collect();
        prop_assert_eq!(together, text);
    }

    #[test]
    fn cleaning_twice_is_cleaning_once(
        input in "\\PC{0,40}|[\u{0}-\u{20}a\r\n]{0,40}|[ae\u{1}\u{200b}\u{301}\u{323} \n]{0,20}",
    ) {
        let once = text::clean(&input);
        prop_assert_eq!(&text::clean(&once), &once);
        prop_assert!(!once.chars().any(|c| c.is_control() && c != '\n'));
        let name = text::without_traces(&text::clean_line(&input));
        prop_assert_eq!(&text::without_traces(&text::clean_line(&name)), &name);
    }

    #[test]
    fn a_kept_tweet_is_within_its_limit(input in "\\PC{0,40}", most in 1_usize..30) {
        if let Ok(tweet) = TweetText::parse(&input, most) {
            let length = text::count(tweet.as_str());
            prop_assert!(1 <= length && length <= most);
            prop_assert_eq!(TweetText::parse(tweet.as_str(), most).unwrap(), tweet);
        }
    }

    #[test]
    fn a_union_is_sorted_unique_and_the_newest(
        a in prop::collection::btree_set(0_i64..100, 0..40),
        b in prop::collection::btree_set(0_i64..100, 0..40),
        cap in 1_usize..50,
    ) {
        let newest_first = |ids: &std::collections::BTreeSet<i64>| -> Vec<TweetId> {
            ids.iter().rev().map(|id| TweetId::from(*id)).collect()
        };
        let expected: Vec<TweetId> =
            newest_first(&a.union(&b).copied().collect()).into_iter().take(cap).collect();
        prop_assert_eq!(union(&newest_first(&a), &newest_first(&b), cap), expected);
    }

    #[test]
    fn a_page_has_what_lies_between_its_cursors(
        max in prop::option::of(0_i64..100),
        since in prop::option::of(0_i64..100),
        min in prop::option::of(0_i64..100),
        id in 0_i64..100,
    ) {
        let page = Page { max_id: max, since_id: since, min_id: min, limit: 1 };
        let within = max.is_none_or(|max| id < max)
            && since.is_none_or(|since| id > since)
            && min.is_none_or(|min| id > min);
        prop_assert_eq!(page.contains(id), within);
    }

    #[test]
    fn ids_are_strings_in_json(number in any::<i64>()) {
        let id = TweetId::from(number);
        let json = serde_json::to_string(&id).unwrap();
        prop_assert_eq!(&json, &format!("\"{number}\""));
        prop_assert_eq!(serde_json::from_str::<TweetId>(&json).unwrap(), id);
    }
}
