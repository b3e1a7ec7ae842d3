//! Pages: Tera templates from inside the binary. Names end in `.html`, so everything is escaped.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};
use fluent_bundle::FluentArgs;
use rust_embed::RustEmbed;
use tera::{Context, Kwargs, State, Tera, TeraResult};

use super::{
    assets,
    frames::{Frames, Hole},
};
use crate::{
    app::App,
    error::{Error, Result},
    language::{self, Argument, Language},
};

#[derive(RustEmbed)]
#[folder = "templates/"]
#[include = "*.html"]
struct Files;

/// Every template, parsed once for each language that is asked for.
pub struct Templates {
    app: App,
    by_language: [OnceLock<Speaking>; 3],
    /// Pages that are kept with holes in them.
    pub frames: Frames,
}

/// The templates in one language.
struct Speaking {
    language: Language,
    tera: Tera,
    /// What is said when there is no time to say more: made once.
    busy_page: String,
}

impl Templates {
    /// # Errors
    /// When a template does not parse.
    pub fn load(app: &App) -> Result<Self> {
        let templates = Self {
            app: app.clone(),
            by_language: Default::default(),
            frames: Frames::default(),
        };
        templates.speaking(Language::default())?;
        Ok(templates)
    }

    /// The page for whoever comes when too much is going on.
    ///
    /// # Errors
    /// As [`Templates::render`].
    pub fn busy_page(&self, language: Language) -> Result<&str> {
        Ok(&self.speaking(language)?.busy_page)
    }

    /// # Errors
    /// When a template asks for what the context lacks.
    pub fn render(&self, language: Language, name: &str, context: &Context) -> Result<String> {
        self.speaking(language)?.render(name, context)
    }

    /// The page for an error, which knows nobody but the colours they chose.
    ///
    /// # Errors
    /// As [`Templates::render`].
    pub fn error_page(
        &self,
        language: Language,
        status: u16,
        message: &str,
        theme: &str,
    ) -> Result<String> {
        let speaking = self.speaking(language)?;
        speaking.error_page(status, message, theme)
    }

    /// Each takes 3 MB and some milliseconds, so none is made before somebody wants it.
    fn speaking(&self, language: Language) -> Result<&Speaking> {
        let [english, german, japanese] = &self.by_language;
        let place = match language {
            Language::English => english,
            Language::German => german,
            Language::Japanese => japanese,
        };
        if let Some(speaking) = place.get() {
            return Ok(speaking);
        }
        let made = Speaking::new(&self.app, language)?;
        Ok(place.get_or_init(|| made))
    }
}

impl Speaking {
    fn new(app: &App, language: Language) -> Result<Self> {
        let mut tera = Tera::default();
        tera.register_filter("say", move |key: &str, arguments: Kwargs, _: &State| {
            say(language, key, &arguments)
        });
        tera.register_filter("number", move |number: i64, _: Kwargs, _: &State| {
            language.number(number)
        });
        tera.register_filter("isolated", |text: &str, _: Kwargs, _: &State| {
            isolated(text)
        });
        tera.register_filter("day", move |at: &str, _: Kwargs, _: &State| {
            parsed(at).map(|at| language.day(at))
        });
        tera.register_filter("moment", move |at: &str, _: Kwargs, _: &State| {
            parsed(at).map(|at| language.moment(at))
        });
        tera.add_raw_templates(sources()?)
            .map_err(Error::internal)?;
        let site = tera.global_context();
        site.insert("language", language.tag());
        let instance = &app.settings.instance;
        site.insert("site_title", &instance.title);
        site.insert("site_description", &instance.description);
        site.insert("rules", &instance.rules().collect::<Vec<_>>());
        site.insert("sign_up_mode", &app.settings.sign_up.mode);
        site.insert("max_chars", &app.settings.tweets.max_chars);
        site.insert("public_url", app.settings.public_url());
        site.insert("stylesheet", &assets::address("style.css"));
        site.insert("script", &assets::address("app.js"));
        site.insert("later_script", &assets::address("later.js"));
        site.insert("favicon", &assets::address("favicon.svg"));
        site.insert("takes_passkeys", &app.passkeys.is_some());
        site.insert("rows_here", &Hole::Rows.mark());
        let mut speaking = Self {
            language,
            tera,
            busy_page: String::new(),
        };
        let busy = Error::Busy.message().say(language);
        speaking.busy_page = speaking.error_page(503, &busy, "")?;
        Ok(speaking)
    }

    fn render(&self, name: &str, context: &Context) -> Result<String> {
        self.tera.render(name, context).map_err(Error::internal)
    }

    fn error_page(&self, status: u16, message: &str, theme: &str) -> Result<String> {
        let mut context = Context::new();
        let (heading, advice) = words(status);
        let say = |key| language::message(key).say(self.language);
        context.insert("status", &status);
        context.insert("heading", &say(heading));
        context.insert("message", message);
        context.insert("advice", &advice.map(say));
        context.insert("theme", theme);
        self.render("error.html", &context)
    }
}

fn sources() -> Result<Vec<(String, String)>> {
    let files = Files::iter().filter_map(|name| Some((Files::get(&name)?, name)));
    let sources = files.map(|(file, name)| {
        let text = String::from_utf8(file.data.into_owned()).map_err(Error::internal)?;
        Ok((name.into_owned(), without_indentation(&text)))
    });
    sources.collect()
}

/// Indentation is for who reads a template: an eighth of a page of tweets.
fn without_indentation(source: &str) -> String {
    let lines: Vec<&str> = source.lines().map(str::trim_start).collect();
    lines.join("\n")
}

/// A message by its key, as templates ask for it.
fn say(language: Language, key: &str, arguments: &Kwargs) -> String {
    let mut values = FluentArgs::new();
    for (name, value) in arguments.iter() {
        let value: Argument = match value.as_i64() {
            Some(number) => number.into(),
            None => value.to_string().into(),
        };
        values.set(name.to_string(), value);
    }
    language::say(language, key, &values)
}

/// Somebody else's words in a sentence of ours, which keeps its own direction (Unicode Standard Annex 9).
fn isolated(text: &str) -> String {
    format!("\u{2068}{text}\u{2069}")
}

/// A moment as [`super::present::Moment`] has it.
fn parsed(at: &str) -> TeraResult<DateTime<Utc>> {
    at.parse().map_err(tera::Error::message)
}

/// What happened, and what to do about it.
fn words(status: u16) -> (&'static str, Option<&'static str>) {
    match status {
        401 => ("error-401", Some("error-401-advice")),
        403 => ("error-403", Some("error-403-advice")),
        404 => ("error-404", None),
        405 => ("error-405", Some("error-405-advice")),
        408 => ("error-408", Some("error-408-advice")),
        413 => ("error-413", Some("error-413-advice")),
        429 => ("error-429", Some("error-429-advice")),
        503 => ("error-503", Some("error-503-advice")),
        500.. => ("error-500", Some("error-500-advice")),
        _ => ("error-400", Some("error-400-advice")),
    }
}
