//! What could be reached: a server that answers a constant body after one `LRANGE`, in a process of its own.

use std::{
    env, fs,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use actix_web::{
    App, HttpResponse, HttpServer,
    web::{self, Bytes, Data},
};
use deadpool_redis::redis::{self, aio::MultiplexedConnection};

use crate::{
    load::{Figures, Request},
    seed::Someone,
    stage::{Stage, free_port, until},
};

const VARIABLE: &str = "TWITCLONE_BENCH_CEILING";

/// What the constant server is told.
struct State {
    body: Bytes,
    content_type: String,
    keys: Vec<String>,
    length: isize,
    next: AtomicUsize,
    connection: MultiplexedConnection,
}

/// The process that serves it.
pub struct Ceiling {
    child: Child,
    port: u16,
}

impl Ceiling {
    /// A server that answers with this body after reading so many ids of one of these people's timelines.
    pub async fn of(
        stage: &Stage,
        people: &[Someone],
        body: &[u8],
        content_type: &str,
        length: usize,
    ) -> Self {
        let port = free_port();
        let (file, keys) = (
            stage.folder.join("ceiling-body"),
            stage.folder.join("ceiling-keys"),
        );
        fs::write(&file, body).unwrap();
        let names: Vec<String> = people
            .iter()
            .map(|person| format!("timeline:{}", person.id))
            .collect();
        fs::write(&keys, names.join("\n")).unwrap();
        let told = [
            port.to_string(),
            stage.app.settings.redis.port.to_string(),
            length.to_string(),
            content_type.to_owned(),
            file.to_str().unwrap().to_owned(),
            keys.to_str().unwrap().to_owned(),
        ];
        let child = Command::new(env::current_exe().unwrap())
            .env(VARIABLE, told.join("|"))
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let ceiling = Self { child, port };
        let url = format!("http://127.0.0.1:{port}/");
        until("the ceiling serves", async || {
            reqwest::get(&url).await.is_ok()
        })
        .await;
        ceiling
    }

    pub async fn send(&self, request: &Request, connections: usize, seconds: u32) -> Figures {
        request
            .send(self.port, connections, seconds)
            .await
            .all_well()
    }
}

impl Drop for Ceiling {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What this process was told, if it is to serve the ceiling.
pub fn told() -> Option<String> {
    env::var(VARIABLE).ok()
}

/// As `serve` does it: a main runtime for Redis, and two web workers.
pub fn serve(told: &str) {
    let told: Vec<&str> = told.split('|').collect();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let client = redis::Client::open(format!("redis://127.0.0.1:{}/", told[1])).unwrap();
        let state = Data::from(Arc::new(State {
            body: fs::read(told[4]).unwrap().into(),
            content_type: told[3].to_owned(),
            keys: fs::read_to_string(told[5])
                .unwrap()
                .lines()
                .map(str::to_owned)
                .collect(),
            length: told[2].parse().unwrap(),
            next: AtomicUsize::new(0),
            connection: client.get_multiplexed_async_connection().await.unwrap(),
        }));
        HttpServer::new(move || {
            App::new()
                .app_data(state.clone())
                .default_service(web::to(constant))
        })
        .workers(2)
        .shutdown_timeout(0)
        .client_request_timeout(Duration::from_secs(10))
        .bind(("127.0.0.1", told[0].parse().unwrap()))
        .unwrap()
        .run()
        .await
        .unwrap();
    });
}

async fn constant(state: Data<State>) -> HttpResponse {
    let next = state.next.fetch_add(1, Ordering::Relaxed);
    let key = &state.keys[next % state.keys.len()];
    let mut range = redis::cmd("LRANGE");
    range.arg(key).arg(0).arg(state.length - 1);
    let ids: Vec<String> = range
        .query_async(&mut state.connection.clone())
        .await
        .unwrap();
    assert!(!ids.is_empty(), "{key} is empty");
    HttpResponse::Ok()
        .content_type(state.content_type.as_str())
        .body(state.body.clone())
}
