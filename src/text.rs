//! Text as people type it, made safe to keep and counted as people see it.

pub mod email;

use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

use crate::language::{Message, message};

/// No script needs more bytes than this for one character as people see it; more is decoration without
/// end.
const MOST_BYTES_A_CHARACTER: usize = 32;

/// `input` in Unicode's NFC, with line breaks as `\n`, without other control characters and without white
/// space at either end.
pub fn clean(input: &str) -> String {
    let lines = input.replace("\r\n", "\n").replace('\r', "\n");
    let kept = lines.chars().filter(|c| *c == '\n' || !c.is_control());
    composed(kept)
}

/// [`clean`] for what stands on one line: line breaks become spaces.
pub fn clean_line(input: &str) -> String {
    clean(&input.replace(['\n', '\r', '\t'], " "))
}

/// A name in NFC without what changes the direction of what stands after it, and without what leaves no trace but makes it differ
/// from another (Unicode Standard Annexes 9 and 31). What joins letters and pictures stays.
pub fn without_traces(name: &str) -> String {
    let is_seen = |c: &char| {
        !matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}')
    };
    composed(name.chars().filter(is_seen))
}

/// `text` in lower case and in NFC, which lower case may need again: only there is one character for `J` and a caron.
pub fn lower(text: &str) -> String {
    text.to_lowercase().nfc().collect()
}

/// Whether there is nothing to see: white space, and characters that leave no mark.
pub fn is_blank(text: &str) -> bool {
    !text.chars().any(is_visible)
}

/// How many characters a reader sees: extended grapheme clusters (Unicode Standard Annex 29).
pub fn count(text: &str) -> usize {
    text.graphemes(true).count()
}

/// Whether `text` has at most `most` characters, none of which hides a pile of others.
///
/// # Errors
/// What to say to whoever wrote it, with both numbers. `what` is as the messages have it.
pub fn at_most(text: &str, most: usize, what: &str) -> Result<(), Message> {
    let has = count(text);
    if has > most {
        let said = message("too-long").with("what", what);
        return Err(said.with("most", most).with("has", has));
    }
    if text.len() > most.saturating_mul(MOST_BYTES_A_CHARACTER) {
        return Err(message("too-many-marks").with("what", what));
    }
    Ok(())
}

/// Composed last: what was left out may have stood between a letter and its mark.
fn composed(kept: impl Iterator<Item = char>) -> String {
    kept.nfc().collect::<String>().trim().to_owned()
}

fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}')
}
