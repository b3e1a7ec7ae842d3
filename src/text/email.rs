//! Email addresses: the form that mail is sent to, and the canonical form, by which two addresses are compared.
//!
//! The canonical form is made here alone. PostgreSQL's `lower()` must not compare addresses: it makes `vİctim.example` out of
//! another domain's name into `victim.example`, depending on the locale, and mail servers do not.

use email_address::{EmailAddress, Options};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization;

use super::without_traces;
use crate::language::{Message, message};

/// The limit of an address in bytes (RFC 5321, as corrected by erratum 1690), which the columns have too.
const LONGEST: usize = 254;

/// An email address: what mail is sent to, with its canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    address: String,
    canonical: CanonicalEmail,
}

/// The form of an address by which it is compared: the local part in ASCII lower case and NFC, the domain in ASCII
/// (IDNA, Unicode Technical Standard 46).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanonicalEmail(String);

impl Email {
    /// Takes an address as a person typed it. The local part keeps its case; the domain becomes ASCII.
    ///
    /// # Errors
    /// A sentence that says what to change. The input is no address, its domain is none of IDNA, or its local part is
    /// quoted or has characters that are invisible or that NFKC replaces.
    pub fn parse(input: &str) -> Result<Self, Message> {
        let typed = composed(input);
        if typed.is_empty() {
            return Err(message("email-missing"));
        }
        let (local, domain) = parts(&typed).ok_or_else(|| message("email-unfit"))?;
        Ok(Self {
            canonical: CanonicalEmail::join(&local, &domain),
            address: format!("{local}@{domain}"),
        })
    }

    /// Takes an address that the database has. It is kept as it is, since an older version accepted it.
    pub fn stored(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            canonical: CanonicalEmail::of(address),
        }
    }

    /// What mail is sent to, and what is stored.
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// What it is compared by.
    pub fn canonical(&self) -> &CanonicalEmail {
        &self.canonical
    }
}

impl CanonicalEmail {
    /// The canonical form of any text. Text that [`Email::parse`] refuses is only put in NFC and ASCII lower case, so an
    /// old account with such an address is still found by it.
    pub fn of(address: &str) -> Self {
        let typed = composed(address);
        match parts(&typed) {
            Some((local, domain)) => Self::join(&local, &domain),
            None => Self(lower(&typed)),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn join(local: &str, domain: &str) -> Self {
        Self(format!("{}@{domain}", lower(local)))
    }
}

fn composed(input: &str) -> String {
    input.trim().nfc().collect()
}

/// In ASCII lower case, and in NFC, which that may need again.
fn lower(text: &str) -> String {
    text.to_ascii_lowercase().nfc().collect()
}

/// The local part, and the domain in ASCII, of an address in NFC that may be given to an account.
fn parts(address: &str) -> Option<(String, String)> {
    let (local, domain) = address.rsplit_once('@')?;
    let domain = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .ok()?;
    let options = Options::default()
        .with_required_tld()
        .without_display_text()
        .without_domain_literal();
    let whole = format!("{local}@{domain}");
    let is_one = EmailAddress::parse_with_options(&whole, options).is_ok();
    let is_fit = is_one && whole.len() <= LONGEST && is_clean(local);
    is_fit.then(|| (local.to_owned(), domain.into_owned()))
}

/// Whether a local part has no second spelling that looks the same: no quotes, white space or invisible characters, and
/// nothing that NFKC replaces, such as the long s.
fn is_clean(local: &str) -> bool {
    let is_plain = |c: char| c != '"' && !c.is_control() && !c.is_whitespace();
    local.chars().all(is_plain) && local.nfkc().eq(local.chars()) && without_traces(local) == local
}
