//! What is said to people, in every language that is spoken here: the messages of `templates/texts`, by key.

use std::{fmt, sync::LazyLock};

use chrono::{DateTime, Datelike, Timelike, Utc};
use fluent_bundle::{
    FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle, types::FluentNumber,
};
use icu_calendar::Gregorian;
use icu_datetime::{
    FixedCalendarDateTimeFormatter as Formatter,
    fieldsets::{YMD, YMDT},
    input::{Date, DateTime as Moment, Time},
};
use icu_decimal::{DecimalFormatter, input::Decimal};
use icu_locale_core::Locale;
use unic_langid::LanguageIdentifier;

/// One in which everything can be said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    English,
    German,
    Japanese,
}

impl Language {
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::Japanese];

    /// Its tag (BCP 47).
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::Japanese => "ja",
        }
    }

    /// What those who speak it call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
            Self::Japanese => "日本語",
        }
    }

    /// The one of a tag, whatever the region.
    pub fn of(tag: &str) -> Option<Self> {
        let language = tag.split('-').next().unwrap_or(tag);
        let is_it = |known: &Self| known.tag().eq_ignore_ascii_case(language);
        Self::ALL.into_iter().find(is_it)
    }

    /// A number as people write it.
    pub fn number(self, number: i64) -> String {
        let formatter = self.catalogue().number.as_ref();
        let formatted = formatter.map(|by| by.format(&Decimal::from(number)).to_string());
        formatted.unwrap_or_else(|| number.to_string())
    }

    /// A day in full, in UTC.
    pub fn day(self, at: DateTime<Utc>) -> String {
        let formatter = self.catalogue().day.as_ref();
        let formatted = formatter.zip(date(at));
        formatted.map_or_else(
            || at.date_naive().to_string(),
            |(by, date)| by.format(&date).to_string(),
        )
    }

    /// A day and a time, in UTC.
    pub fn moment(self, at: DateTime<Utc>) -> String {
        let formatter = self.catalogue().moment.as_ref();
        match (formatter, date(at), time(at)) {
            (Some(by), Some(date), Some(time)) => {
                format!("{} UTC", by.format(&Moment { date, time }))
            }
            _ => at.to_rfc3339(),
        }
    }

    fn catalogue(self) -> &'static Catalogue {
        let [english, german, japanese] = &*CATALOGUES;
        match self {
            Self::English => english,
            Self::German => german,
            Self::Japanese => japanese,
        }
    }
}

/// Something to be said, in whichever language it is read. As text it is English, for logs and programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    key: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

/// What stands in the place of a message's variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    Text(String),
    Number(i64),
}

/// The message of that key.
pub fn message(key: &'static str) -> Message {
    Message {
        key,
        arguments: Vec::new(),
    }
}

impl Message {
    /// What only programs, logs and whoever runs the server are told: it stands in the code, in English.
    pub fn in_english(text: impl Into<String>) -> Self {
        message("in-english").with("text", text.into())
    }

    /// The same with a variable.
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }

    pub fn key(&self) -> &'static str {
        self.key
    }

    pub fn say(&self, language: Language) -> String {
        let mut arguments = FluentArgs::new();
        for (name, value) in &self.arguments {
            arguments.set(*name, value.clone());
        }
        say(language, self.key, &arguments)
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Language::English))
    }
}

/// The message of a key that may come from a template.
pub fn say(language: Language, key: &str, arguments: &FluentArgs) -> String {
    let bundle = &language.catalogue().bundle;
    let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
        tracing::error!(key, language = language.tag(), "there is no such message");
        return key.to_owned();
    };
    let mut problems = Vec::new();
    let said = bundle.format_pattern(pattern, Some(arguments), &mut problems);
    if !problems.is_empty() {
        tracing::error!(key, ?problems, "a message lacks something");
    }
    said.into_owned()
}

impl From<Argument> for FluentValue<'_> {
    fn from(argument: Argument) -> Self {
        match argument {
            Argument::Text(text) => text.into(),
            Argument::Number(number) => number.into(),
        }
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Argument {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// Everything that one language takes. What cannot be made, a test finds.
struct Catalogue {
    bundle: FluentBundle<FluentResource>,
    number: Option<DecimalFormatter>,
    day: Option<Formatter<Gregorian, YMD>>,
    moment: Option<Formatter<Gregorian, YMDT>>,
}

/// Made when something is first said.
static CATALOGUES: LazyLock<[Catalogue; 3]> = LazyLock::new(|| Language::ALL.map(Catalogue::new));

impl Catalogue {
    fn new(language: Language) -> Self {
        let (source, dates) = match language {
            // The day first.
            Language::English => (include_str!("../templates/texts/en.ftl"), "en-GB"),
            Language::German => (include_str!("../templates/texts/de.ftl"), "de"),
            Language::Japanese => (include_str!("../templates/texts/ja.ftl"), "ja"),
        };
        let locale: Locale = dates.parse().unwrap_or(Locale::UNKNOWN);
        let plurals: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![plurals]);
        // Names bring their own, where they need them.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::English => |value, _| grouped(Language::English, value),
            Language::German => |value, _| grouped(Language::German, value),
            Language::Japanese => |value, _| grouped(Language::Japanese, value),
        }));
        bundle.add_resource_overriding(resource(language, source));
        Self {
            bundle,
            number: DecimalFormatter::try_new(locale.clone().into(), Default::default()).ok(),
            day: Formatter::try_new(locale.clone().into(), YMD::long()).ok(),
            moment: Formatter::try_new(locale.into(), YMD::medium().with_time_hm()).ok(),
        }
    }
}

fn resource(language: Language, source: &str) -> FluentResource {
    FluentResource::try_new(source.to_owned()).unwrap_or_else(|(rest, problems)| {
        tracing::error!(language = language.tag(), ?problems, "messages are lost");
        rest
    })
}

/// How a message writes a number.
fn grouped(language: Language, value: &FluentValue) -> Option<String> {
    let FluentValue::Number(FluentNumber { value, .. }) = value else {
        return None;
    };
    let decimal: Decimal = value.to_string().parse().ok()?;
    let formatter = language.catalogue().number.as_ref()?;
    Some(formatter.format(&decimal).to_string())
}

fn date(at: DateTime<Utc>) -> Option<Date<Gregorian>> {
    let (month, day) = (u8::try_from(at.month()).ok()?, u8::try_from(at.day()).ok()?);
    Date::try_new_gregorian(at.year(), month, day).ok()
}

fn time(at: DateTime<Utc>) -> Option<Time> {
    let (hour, minute) = (
        u8::try_from(at.hour()).ok()?,
        u8::try_from(at.minute()).ok()?,
    );
    Time::try_new(hour, minute, 0, 0).ok()
}
