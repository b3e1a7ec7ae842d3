//! Pages: Tera templates from inside the binary. Names end in `.html`, so everything is escaped.

use rust_embed::RustEmbed;
use tera::{Context, Tera};

use super::{
    assets,
    frames::{Frames, Hole},
};
use crate::{
    app::App,
    error::{Error, Result},
};

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Files;

/// Every template, parsed once.
pub struct Templates {
    tera: Tera,
    /// Pages that are kept with holes in them.
    pub frames: Frames,
    /// What is said when there is no time to say more: made once.
    busy_page: String,
}

impl Templates {
    /// # Errors
    /// When a template does not parse.
    pub fn load(app: &App) -> Result<Self> {
        let mut tera = Tera::default();
        let mut sources = Vec::new();
        for name in Files::iter() {
            let Some(file) = Files::get(&name) else {
                continue;
            };
            let text = String::from_utf8(file.data.into_owned()).map_err(Error::internal)?;
            sources.push((name.into_owned(), without_indentation(&text)));
        }
        tera.add_raw_templates(sources).map_err(Error::internal)?;
        let site = tera.global_context();
        site.insert("site_title", &app.settings.instance.title);
        site.insert("site_description", &app.settings.instance.description);
        site.insert("max_chars", &app.settings.tweets.max_chars);
        site.insert("public_url", app.settings.public_url());
        site.insert("stylesheet", &assets::address("style.css"));
        site.insert("script", &assets::address("app.js"));
        site.insert("favicon", &assets::address("favicon.svg"));
        site.insert("rows_here", &Hole::Rows.mark());
        let mut templates = Self {
            tera,
            frames: Frames::default(),
            busy_page: String::new(),
        };
        templates.busy_page = templates.error_page(503, &Error::Busy.to_string(), "")?;
        Ok(templates)
    }

    /// The page for whoever comes when too much is going on.
    pub fn busy_page(&self) -> &str {
        &self.busy_page
    }

    /// # Errors
    /// When a template asks for what the context lacks.
    pub fn render(&self, name: &str, context: &Context) -> Result<String> {
        self.tera.render(name, context).map_err(Error::internal)
    }

    /// The page for an error, which knows nobody but the colours they chose.
    ///
    /// # Errors
    /// As [`Templates::render`].
    pub fn error_page(&self, status: u16, message: &str, theme: &str) -> Result<String> {
        let mut context = Context::new();
        let (heading, advice) = words(status);
        context.insert("status", &status);
        context.insert("heading", heading);
        context.insert("message", message);
        context.insert("advice", advice);
        context.insert("theme", theme);
        self.render("error.html", &context)
    }
}

/// Indentation is for who reads a template: an eighth of a page of tweets.
fn without_indentation(source: &str) -> String {
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    lines.join("\n")
}

/// What happened, and what to do about it.
fn words(status: u16) -> (&'static str, &'static str) {
    match status {
        401 => (
            "Please log in",
            "Log in, then go back and try again: what you typed is still there.",
        ),
        403 => (
            "Not allowed",
            "Go back, or start again from the start page.",
        ),
        404 => ("Not found", ""),
        405 => (
            "This address takes something else",
            "It belongs to a form. Go back to the page with the form and send it from there.",
        ),
        413 => (
            "Too large",
            "Go back, make it shorter and send it again: what you typed is still there.",
        ),
        429 => ("Too much at once", "Wait a moment, then try again."),
        503 => (
            "Away for a moment",
            "Wait a little, then reload this page, or go back and send the form again.",
        ),
        500.. => (
            "Something went wrong",
            "It is our fault and has been noted. Try again, or go back.",
        ),
        _ => (
            "This request does not work",
            "Go back and try it another way.",
        ),
    }
}
