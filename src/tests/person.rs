//! Somebody with an account, and what people do, through the REST API.

use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use twitclone::{
    account,
    app::App,
    id::{TweetId, UserId},
    store::User,
};

pub struct Person {
    pub user: User,
    pub token: String,
    client: reqwest::Client,
    address: String,
}

impl Person {
    pub fn new(address: &str, user: User, token: &str) -> Self {
        Self {
            user,
            token: token.to_owned(),
            client: crate::test_app::client().build().unwrap(),
            address: address.to_owned(),
        }
    }

    /// Someone with a new account, logged in.
    pub async fn sign_up(app: &App, address: &str, username: &str) -> Self {
        let form = account::SignUp {
            username: username.to_owned(),
            email: format!("{username}@example.org"),
            password: "correct horse battery".to_owned(),
            ..account::SignUp::default()
        };
        let signed_up = account::sign_up(app, &form, &account::Device::default()).await;
        let account::SignedUp::In(made) = signed_up.unwrap() else {
            panic!("{username} has to wait");
        };
        let (user, begun) = *made;
        Self::new(address, user, &begun.token)
    }

    pub fn id(&self) -> UserId {
        self.user.id
    }

    /// A request of the API, with the token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.address))
            .bearer_auth(&self.token)
    }

    /// A request of a page, with the cookie.
    pub fn browse(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.address))
            .header("cookie", format!("access_token={}", self.token))
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn get_json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), StatusCode::OK, "GET {path}");
        response.json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.request(Method::POST, path)
            .json(body)
            .send()
            .await
            .unwrap()
    }

    pub async fn tweet(&self, text: &str) -> TweetId {
        let response = self
            .post("/api/v1/statuses", &json!({ "status": text }))
            .await;
        assert_eq!(response.status(), StatusCode::OK, "posting {text:?}");
        let status: Value = response.json().await.unwrap();
        status["id"].as_str().unwrap().parse().unwrap()
    }

    pub async fn delete_tweet(&self, id: TweetId) {
        let path = format!("/api/v1/statuses/{id}");
        let response = self.request(Method::DELETE, &path).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "deleting {id}");
    }

    pub async fn follow(&self, other: &Person) {
        self.change(other, "follow").await;
    }

    pub async fn unfollow(&self, other: &Person) {
        self.change(other, "unfollow").await;
    }

    /// The ids of the newest page of the home timeline.
    pub async fn home(&self) -> Vec<TweetId> {
        self.home_page("limit=40").await
    }

    pub async fn home_page(&self, query: &str) -> Vec<TweetId> {
        let page = self
            .get_json(&format!("/api/v1/timelines/home?{query}"))
            .await;
        page.as_array()
            .unwrap()
            .iter()
            .map(|status| status["id"].as_str().unwrap().parse().unwrap())
            .collect()
    }

    /// The whole home timeline, scrolled to its end in pages.
    pub async fn whole_home(&self, page: usize) -> Vec<TweetId> {
        let mut all: Vec<TweetId> = Vec::new();
        loop {
            let query = match all.last() {
                Some(last) => format!("limit={page}&max_id={last}"),
                None => format!("limit={page}"),
            };
            let next = self.home_page(&query).await;
            if next.is_empty() {
                return all;
            }
            all.extend(next);
        }
    }

    async fn change(&self, other: &Person, verb: &str) {
        let path = format!("/api/v1/accounts/{}/{verb}", other.id());
        let response = self.post(&path, &json!({})).await;
        assert_eq!(response.status(), StatusCode::OK, "{verb}");
    }
}
