//! Answering with a page: its template, and what every page has beside its own content.

use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest, HttpResponse, ResponseError,
    dev::Payload,
    http::{
        StatusCode,
        header::{self, EntityTag, HeaderValue},
    },
    web::Data,
};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tera::Context;

use super::{
    appearance::{self, theme},
    places,
};
use crate::{
    account::{Begun, Device},
    app::App,
    error::{Error, Result},
    http::{
        assets,
        auth::{self, SetDevice, SetToken},
        boundary, client,
        failure::{Answer, Failure},
        frames::{ANY_VIEWER, Filling, Frame, Hole},
        present::Person,
        templates::Templates,
    },
    language::{Language, Message},
    store::{OwnWrites, PooledConnection, User},
};

const A_MOMENT: &str = "public, max-age=30";

/// What a handler of pages works with.
pub struct Site {
    request: HttpRequest,
    app: Data<App>,
    templates: Data<Templates>,
}

/// The view of a page that says the same to everybody.
#[derive(Serialize)]
pub struct Fixed {}

/// Who will look at a page.
#[derive(Clone, Copy)]
pub enum Reader<'u> {
    LoggedIn(&'u User),
    LoggedOut,
    /// The database could not say.
    Unknown,
}

impl<'u> From<Option<&'u User>> for Reader<'u> {
    fn from(user: Option<&'u User>) -> Self {
        user.map_or(Self::LoggedOut, Self::LoggedIn)
    }
}

impl<'u> From<&'u User> for Reader<'u> {
    fn from(user: &'u User) -> Self {
        Self::LoggedIn(user)
    }
}

impl FromRequest for Site {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Site {
    /// # Errors
    /// When the router has no pages, as that of `fanout`.
    pub fn of(request: &HttpRequest) -> Answer<Self> {
        let app = request.app_data::<Data<App>>().cloned();
        let templates = request.app_data::<Data<Templates>>().cloned();
        match (app, templates) {
            (Some(app), Some(templates)) => Ok(Self {
                request: request.clone(),
                app,
                templates,
            }),
            _ => Err(Error::internal("the router was given no app or no templates").into()),
        }
    }

    /// Runs one operation on the main runtime, as [`App::run`].
    ///
    /// # Errors
    /// As [`App::run`].
    pub async fn run<T, F, O>(&self, operation: O) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
        O: FnOnce(App) -> F,
    {
        self.app.run(operation).await
    }

    /// Runs queries on a replica, or on the primary, as [`App::read`].
    ///
    /// # Errors
    /// As [`App::read`].
    pub async fn read<T, F, O>(&self, own: Option<OwnWrites>, reading: O) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
        O: Fn(PooledConnection) -> F + Send + Sync + 'static,
    {
        self.app.read(own, reading).await
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    /// The one that the page is read in.
    pub fn language(&self) -> Language {
        appearance::language(&self.request)
    }

    /// A message in the reader's language.
    pub fn say(&self, message: &Message) -> String {
        message.say(self.language())
    }

    pub fn templates(&self) -> &Templates {
        &self.templates
    }

    pub fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// What the request was made with.
    pub fn device(&self) -> Device {
        let user_agent = self.request.headers().get(header::USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        let address = client::address(&self.request, &self.app.settings);
        Device::new(
            user_agent.unwrap_or_default(),
            address
                .map(|address| address.to_string())
                .unwrap_or_default(),
            auth::device_secret(&self.request, &self.app.settings),
            self.language(),
        )
    }

    /// Logs the browser in with the answer, whichever that is, and has it known from then on.
    pub fn begin(&self, begun: Begun) {
        let mut extensions = self.request.extensions_mut();
        extensions.insert(SetToken(Some(begun.token)));
        extensions.insert(SetDevice(begun.secret));
    }

    /// Has the device known from then on.
    pub fn know_device(&self, secret: String) {
        self.request.extensions_mut().insert(SetDevice(secret));
    }

    /// Logs the browser out with the answer.
    pub fn take_token(&self) {
        self.request.extensions_mut().insert(SetToken(None));
    }

    /// The page that answers a GET.
    ///
    /// # Errors
    /// When the template asks for what the view lacks.
    pub fn page<'u>(
        &self,
        template: &str,
        reader: impl Into<Reader<'u>>,
        view: &impl Serialize,
    ) -> Answer {
        let here = places::here(&self.request);
        self.answer(StatusCode::OK, template, reader.into(), here, view)
    }

    /// The same for a page that is public. Whoever is not logged in may keep it for a moment, and ask whether it changed: what
    /// it says depends on nothing but the colours and the language, which a cookie has or the browser asks for.
    ///
    /// # Errors
    /// As [`Site::page`].
    pub fn public_page<'u>(
        &self,
        template: &str,
        reader: impl Into<Reader<'u>>,
        view: &impl Serialize,
    ) -> Answer {
        let reader = reader.into();
        let context = self
            .outer(reader, places::here(&self.request), view)
            .context()?;
        let body = self.render(template, &context)?;
        // A session that is over is being taken away with this answer.
        let is_for_all = matches!(reader, Reader::LoggedOut)
            && !self.request.extensions().contains::<SetToken>();
        if !is_for_all {
            return Ok(html(StatusCode::OK, body));
        }
        let tag = EntityTag::new_weak(assets::short_hash(&Sha256::digest(&body)));
        let mut response = match assets::is_known(&self.request, &tag) {
            true => HttpResponse::NotModified().finish(),
            false => html(StatusCode::OK, body),
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(A_MOMENT));
        headers.append(
            header::VARY,
            HeaderValue::from_static("Cookie, Accept-Language"),
        );
        let tag = HeaderValue::from_str(&tag.to_string()).map_err(Error::internal)?;
        headers.insert(header::ETAG, tag);
        Ok(response)
    }

    /// The same where the view has holes, and what to fill in. The page is kept, for whoever reads it: nothing
    /// else in the view should be different each time, or anybody's own.
    ///
    /// # Errors
    /// As [`Site::page`].
    pub fn page_around(
        &self,
        template: &str,
        user: &User,
        view: &impl Serialize,
        filling: &Filling,
    ) -> Answer {
        let viewer = Some(&*ANY_VIEWER);
        let outer = self.around(viewer, false, places::here(&self.request), view);
        let made_from = serde_json::to_string(&outer).map_err(Error::internal)?;
        let key = format!("{} {made_from}", self.language().tag());
        let frame = self
            .templates
            .frames
            .frame(template, &key, || self.render(template, &outer.context()?))?;
        let person = Person::new(user);
        let (id, hue) = (person.id.to_string(), person.hue.to_string());
        let mut initial = Vec::new();
        tera::escape_html(&person.initial, &mut initial).map_err(Error::internal)?;
        let initial = String::from_utf8(initial).map_err(Error::internal)?;
        let page = frame.filled(|hole| match hole {
            Hole::ViewerId => &id,
            Hole::ViewerHref => &person.href,
            Hole::ViewerInitial => &initial,
            Hole::ViewerHue => &hue,
            Hole::Rows => filling.rows,
            Hole::Key => filling.key,
            Hole::Next => filling.next,
        });
        Ok(html(StatusCode::OK, page))
    }

    /// A form's page as the answer to its POST. `place` is where a GET gives that page.
    ///
    /// # Errors
    /// When the template asks for what the view lacks.
    pub fn form_again<'u>(
        &self,
        status: StatusCode,
        template: &str,
        reader: impl Into<Reader<'u>>,
        place: &str,
        view: &impl Serialize,
    ) -> Answer {
        self.answer(status, template, reader.into(), place, view)
    }

    /// The same with rows of HTML where the template says `rows_here`.
    ///
    /// # Errors
    /// As [`Site::form_again`].
    pub fn form_again_around<'u>(
        &self,
        status: StatusCode,
        template: &str,
        reader: impl Into<Reader<'u>>,
        place: &str,
        view: &impl Serialize,
        rows: &str,
    ) -> Answer {
        let context = self.outer(reader.into(), place, view).context()?;
        let page = self.render(template, &context)?;
        Ok(html(status, Frame::cut(&page).filled(|_| rows)))
    }

    /// The status of a failure that a form's page tells of. The boundary does not see it, so it is logged
    /// here.
    pub fn status_of(&self, failure: &Failure) -> StatusCode {
        let status = failure.status_code();
        boundary::log(&self.request, status, failure, failure.cause());
        status
    }

    fn answer(
        &self,
        status: StatusCode,
        template: &str,
        reader: Reader,
        place: &str,
        view: &impl Serialize,
    ) -> Answer {
        let context = self.outer(reader, place, view).context()?;
        Ok(html(status, self.render(template, &context)?))
    }

    fn render(&self, template: &str, context: &Context) -> Result<String> {
        self.templates.render(self.language(), template, context)
    }

    fn outer<'o, V: Serialize>(
        &self,
        reader: Reader<'o>,
        place: &'o str,
        view: &'o V,
    ) -> Outer<'o, V, Person<'o>> {
        let viewer = match reader {
            Reader::LoggedIn(user) => Some(Person::new(user)),
            Reader::LoggedOut | Reader::Unknown => None,
        };
        self.around(viewer, matches!(reader, Reader::LoggedOut), place, view)
    }

    fn around<'o, V: Serialize, P: Serialize>(
        &self,
        viewer: Option<P>,
        is_logged_out: bool,
        place: &'o str,
        view: &'o V,
    ) -> Outer<'o, V, P> {
        Outer {
            view,
            viewer,
            is_logged_out,
            theme: theme(&self.request),
            here: place,
            path: place.split_once('?').map_or(place, |(path, _)| path),
            log_in_href: places::with_next("/login", place),
            sign_up_href: places::with_next("/signup", place),
        }
    }
}

/// Everything that a page is made from.
#[derive(Serialize)]
struct Outer<'o, V, P> {
    #[serde(flatten)]
    view: &'o V,
    viewer: Option<P>,
    is_logged_out: bool,
    theme: &'static str,
    here: &'o str,
    path: &'o str,
    log_in_href: String,
    sign_up_href: String,
}

impl<V: Serialize, P: Serialize> Outer<'_, V, P> {
    fn context(&self) -> Result<Context> {
        Context::from_serialize(self).map_err(Error::internal)
    }
}

fn html(status: StatusCode, body: String) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(body)
}
