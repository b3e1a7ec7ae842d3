//! Pages, as a browser without JavaScript sees them.

mod accounts;
mod addresses;
mod appearance;
mod data;
mod discover;
mod email;
mod next;
mod outage;
mod people;
mod second_factor;
mod security;
mod shapes;
mod sign_up;
mod takeover;
mod tweets;
mod web;

use reqwest::{Client, RequestBuilder, Response, StatusCode, header};

use crate::{
    person::Person,
    test_app::{TestApp, client},
};

/// What [`TestApp::person`] signs people up with.
const PASSWORD: &str = "correct horse battery";

/// A browser that keeps cookies and follows no redirects.
struct Browser {
    client: Client,
    address: String,
}

/// What it was answered.
struct Page {
    status: StatusCode,
    location: Option<String>,
    html: String,
}

impl Browser {
    fn new(app: &TestApp) -> Self {
        Self {
            client: client().build().unwrap(),
            address: app.address.clone(),
        }
    }

    async fn of(app: &TestApp, person: &Person) -> Self {
        let browser = Self::new(app);
        let form = [
            ("username", person.user.username.as_str()),
            ("password", PASSWORD),
        ];
        browser.post("/login", &form).await.leads_to("/");
        browser
    }

    async fn get(&self, path: &str) -> Page {
        send(self.client.get(self.url(path))).await
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        send(self.client.post(self.url(path)).form(fields)).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }
}

impl Page {
    fn leads_to(&self, place: &str) {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{}", self.html);
        assert_eq!(self.location.as_deref(), Some(place));
    }

    fn is_moved_to(&self, place: &str) {
        assert_eq!(self.status, StatusCode::PERMANENT_REDIRECT, "{}", self.html);
        assert_eq!(self.location.as_deref(), Some(place));
    }

    #[track_caller]
    fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.html);
        self
    }

    #[track_caller]
    fn has(&self, text: &str) -> &Self {
        assert!(self.html.contains(text), "no {text:?} in {}", self.html);
        self
    }

    #[track_caller]
    fn lacks(&self, text: &str) -> &Self {
        assert!(!self.html.contains(text), "{text:?} in {}", self.html);
        self
    }

    /// The value of a form's field, as it stands in the page.
    #[track_caller]
    fn value(&self, name: &str) -> String {
        let field = self
            .html
            .split_once(&format!("name=\"{name}\""))
            .unwrap_or_else(|| panic!("no field {name} in {}", self.html))
            .1;
        let (attributes, rest) = field.split_once('>').unwrap();
        match attributes.split_once("value=\"") {
            Some((_, value)) => value.split_once('"').unwrap().0.to_owned(),
            // The first line break is the text area's own.
            None if rest.contains("</textarea>") => {
                let text = rest.split_once("</textarea>").unwrap().0;
                text.strip_prefix('\n').unwrap().to_owned()
            }
            None => String::new(),
        }
    }

    fn count(&self, text: &str) -> usize {
        self.html.matches(text).count()
    }
}

async fn send(request: RequestBuilder) -> Page {
    read(request.send().await.unwrap()).await
}

async fn read(response: Response) -> Page {
    let location = response.headers().get(header::LOCATION);
    Page {
        status: response.status(),
        location: location.map(|value| value.to_str().unwrap().to_owned()),
        html: response.text().await.unwrap(),
    }
}
