//! What texts that are sent may be, for the document: the names of types alone say too little of them.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type, schema::SchemaType},
};

use super::input::Flag;

/// What [`super::input::amount`] reads, whose bounds refuse nothing.
pub enum Amount {}

/// Text in which something is seen once it is cleaned.
pub enum Seen {}

/// The same, at most 200 characters of it.
pub enum ShortAndSeen {}

pub const SHORT: usize = 200;

/// What [`crate::text::is_blank`] takes for nothing, and control characters, are not enough.
const SEEN: &str = "[^\\s\\x00-\\x1f\\x7f-\\x9f\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}-\u{180e}\
                    \u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{3164}\u{fe00}-\u{fe0f}\u{feff}\u{ffa0}\
                    \u{e0000}-\u{e0fff}]";

const FLAG: &str =
    "^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Oo][Nn]|[Oo][Ff][Ff]|[Yy][Ee][Ss]|[Nn][Oo]|[01])?$";

macro_rules! shapes {
    ($($name:ident: $schema:expr,)*) => {
        $(impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                $schema.into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        })*
    };
}

shapes! {
    Amount: or_text(Type::Integer, r"^[ \t\n\f\r]*(-?[0-9]+)?[ \t\n\f\r]*$"),
    Flag: or_text(Type::Boolean, FLAG),
    Seen: seen(),
    ShortAndSeen: seen().max_length(Some(SHORT)),
}

fn or_text(kind: Type, pattern: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(SchemaType::from_iter([kind, Type::String]))
        .pattern(Some(pattern))
}

pub fn tweet_text() -> Schema {
    let told = "Something in it has to be seen. How long it may be is told by the instance.";
    seen().description(Some(told)).into()
}

fn seen() -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(SEEN))
}
