//! A reader of the little HTML that we make. What is not of it, it does not take.

const PLAIN: &[&str] = &["<p>", "</p>", "<br />", "<span>", "</span>", "</a>"];
/// What may follow the address of a link.
const KINDS: &[&str] = &[
    "\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">",
    "\" class=\"u-url mention\">",
    "\" class=\"mention hashtag\" rel=\"tag\">",
];
const ENTITIES: &[(&str, char)] = &[
    ("&amp;", '&'),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&quot;", '"'),
    ("&#39;", '\''),
];

/// The text of each paragraph, as a browser shows it.
pub fn visible(html: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = Vec::new();
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let taken = match c {
            '<' => {
                let (name, length) = tag(rest);
                match name.strip_prefix('/') {
                    Some(ended) => assert_eq!(open.pop(), Some(ended), "{html}"),
                    None if name == "br" => paragraphs.last_mut().unwrap().push('\n'),
                    None => open.push(name),
                }
                if name == "p" {
                    assert_eq!(open, ["p"], "a paragraph in something: {html}");
                    paragraphs.push(String::new());
                }
                length
            }
            '&' => {
                let (c, length) = entity(rest);
                paragraphs.last_mut().unwrap().push(c);
                length
            }
            _ => {
                assert!(!matches!(c, '>' | '"' | '\'' | '\n'), "{c:?} in {html}");
                assert!(!open.is_empty(), "{c:?} outside of a paragraph: {html}");
                paragraphs.last_mut().unwrap().push(c);
                c.len_utf8()
            }
        };
        rest = &rest[taken..];
    }
    assert!(open.is_empty(), "{open:?} is left open: {html}");
    paragraphs
}

/// The name and the length of what `html` begins with.
fn tag(html: &str) -> (&str, usize) {
    if let Some(plain) = PLAIN.iter().find(|plain| html.starts_with(**plain)) {
        return (
            plain.trim_matches(['<', '>', ' ']).trim_end_matches(" /"),
            plain.len(),
        );
    }
    let link = html
        .strip_prefix("<a href=\"")
        .unwrap_or_else(|| panic!("no tag of ours: {html}"));
    let length = link.find('"').expect("an address ends");
    let (address, after) = link.split_at(length);
    let scheme = address.get(..8).unwrap_or(address).to_ascii_lowercase();
    assert!(
        scheme.starts_with("http://") || scheme.starts_with("https://"),
        "{address}"
    );
    assert!(!address.contains(['<', '>', '\'', '\n']), "{address}");
    let kind = KINDS.iter().find(|kind| after.starts_with(**kind));
    let kind = kind.unwrap_or_else(|| panic!("no link of ours: {html}"));
    ("a", html.len() - after.len() + kind.len())
}

fn entity(html: &str) -> (char, usize) {
    let found = ENTITIES
        .iter()
        .find(|(written, _)| html.starts_with(written));
    let (written, c) = found.unwrap_or_else(|| panic!("a bare &: {html}"));
    (*c, written.len())
}
