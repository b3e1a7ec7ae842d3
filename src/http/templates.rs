//! Pages: Tera templates from inside the binary. Names end in `.html`, so everything is escaped.

use rust_embed::RustEmbed;
use tera::{Context, Tera};

use super::assets;
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
            sources.push((name.into_owned(), text));
        }
        tera.add_raw_templates(sources).map_err(Error::internal)?;
        let site = tera.global_context();
        site.insert("site_title", &app.settings.instance.title);
        site.insert("site_description", &app.settings.instance.description);
        site.insert("max_chars", &app.settings.tweets.max_chars);
        site.insert("stylesheet", &assets::address("style.css"));
        Ok(Self { tera })
    }

    /// # Errors
    /// When a template asks for what the context lacks.
    pub fn render(&self, name: &str, context: &Context) -> Result<String> {
        self.tera.render(name, context).map_err(Error::internal)
    }

    /// The page for an error, which knows nobody.
    ///
    /// # Errors
    /// As [`Templates::render`].
    pub fn error_page(&self, status: u16, message: &str) -> Result<String> {
        let mut context = Context::new();
        context.insert("status", &status);
        context.insert("message", message);
        self.render("error.html", &context)
    }
}
