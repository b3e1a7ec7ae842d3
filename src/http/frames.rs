//! Pages that differ only in what is filled in: made once, kept, and filled in for each answer.
//!
//! A page is a function of its template and its context. Where the context has a [`Hole`] in the place of what is
//! different each time, and of what is the reader's, the page is the same for everybody, so it is kept under what it was made
//! from and need never be forgotten for being old.

use std::sync::{Arc, LazyLock};

use quick_cache::{Weighter, sync::Cache};
use serde::Serialize;

use crate::error::Result;

/// About as many bytes of pages are kept at most: a hundred, of which there is one for each language, choice of colours and
/// place, whoever reads it.
const BYTES: u64 = 1_000_000;

/// Nobody can guess it, so nothing that people write looks like a hole.
static SECRET: LazyLock<String> = LazyLock::new(|| format!("{:032x}", rand::random::<u128>()));

/// What is filled in, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hole {
    /// Rows of HTML.
    Rows,
    /// A form's idempotency key.
    Key,
    /// The id below which the next page begins.
    Next,
    /// The reader's own.
    ViewerId,
    ViewerHref,
    ViewerInitial,
    ViewerHue,
}

const HOLES: [Hole; 7] = [
    Hole::Rows,
    Hole::Key,
    Hole::Next,
    Hole::ViewerId,
    Hole::ViewerHref,
    Hole::ViewerInitial,
    Hole::ViewerHue,
];

impl Hole {
    /// What stands in a context until it is filled in.
    pub fn mark(self) -> String {
        let name = match self {
            Self::Rows => "rows",
            Self::Key => "key",
            Self::Next => "next",
            Self::ViewerId => "viewer-id",
            Self::ViewerHref => "viewer-href",
            Self::ViewerInitial => "viewer-initial",
            Self::ViewerHue => "viewer-hue",
        };
        format!("{name}-{}", *SECRET)
    }
}

/// What is different each time in a page that is kept, as HTML.
pub struct Filling<'f> {
    pub rows: &'f str,
    pub key: &'f str,
    pub next: &'f str,
}

/// What a page that is kept has in the places of its reader's own. It says no name of theirs.
#[derive(Serialize)]
pub struct AnyViewer {
    id: String,
    href: String,
    initial: String,
    hue: String,
}

/// The same for every page, so made once.
pub static ANY_VIEWER: LazyLock<AnyViewer> = LazyLock::new(|| AnyViewer {
    id: Hole::ViewerId.mark(),
    href: Hole::ViewerHref.mark(),
    initial: Hole::ViewerInitial.mark(),
    hue: Hole::ViewerHue.mark(),
});

/// A page cut at its holes.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Each with the hole that follows it.
    parts: Vec<(Box<str>, Hole)>,
    end: Box<str>,
}

impl Frame {
    /// Cuts a page at the marks in it.
    pub fn cut(page: &str) -> Self {
        let mut found: Vec<(usize, usize, Hole)> = Vec::new();
        for hole in HOLES {
            let mark = hole.mark();
            found.extend(
                page.match_indices(&mark)
                    .map(|(at, _)| (at, mark.len(), hole)),
            );
        }
        found.sort_unstable_by_key(|(at, ..)| *at);
        let (mut parts, mut done) = (Vec::new(), 0);
        for (at, length, hole) in found {
            parts.push((page.get(done..at).unwrap_or_default().into(), hole));
            done = at + length;
        }
        let end = page.get(done..).unwrap_or_default().into();
        Self { parts, end }
    }

    /// The page, with HTML in its holes.
    pub fn filled<'f>(&self, fill: impl Fn(Hole) -> &'f str) -> String {
        let length = self
            .parts
            .iter()
            .map(|(part, hole)| part.len() + fill(*hole).len());
        let mut page = String::with_capacity(length.sum::<usize>() + self.end.len());
        for (part, hole) in &self.parts {
            page.push_str(part);
            page.push_str(fill(*hole));
        }
        page.push_str(&self.end);
        page
    }

    fn bytes(&self) -> usize {
        self.parts
            .iter()
            .map(|(part, _)| part.len() + 32)
            .sum::<usize>()
            + self.end.len()
    }
}

/// Kept frames, by what they were made from.
pub struct Frames(Cache<String, Arc<Frame>, Weight>);

#[derive(Clone)]
struct Weight;

impl Weighter<String, Arc<Frame>> for Weight {
    fn weight(&self, key: &String, frame: &Arc<Frame>) -> u64 {
        u64::try_from(key.len() + frame.bytes() + 100).unwrap_or(u64::MAX)
    }
}

impl Default for Frames {
    fn default() -> Self {
        Self(Cache::with_weighter(256, BYTES, Weight))
    }
}

impl Frames {
    /// The frame of a template with a context, made by `render` if it is not kept.
    ///
    /// # Errors
    /// That of `render`.
    pub fn frame(
        &self,
        template: &str,
        context: &str,
        render: impl FnOnce() -> Result<String>,
    ) -> Result<Arc<Frame>> {
        let key = format!("{template} {context}");
        if let Some(kept) = self.0.get(&key) {
            return Ok(kept);
        }
        let frame = Arc::new(Frame::cut(&render()?));
        self.0.insert(key, Arc::clone(&frame));
        Ok(frame)
    }
}
