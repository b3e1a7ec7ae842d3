//! `/health/live`, `/health/ready`, `/metrics`: for whoever runs the server.

use std::time::Duration;

use actix_web::{
    HttpResponse,
    web::{self, Data},
};
use serde_json::{Value, json};

use super::failure::Answer;
use crate::{
    app::App,
    error::{Error, Part, Result},
    event::EventLog,
    store::{outbox, pieces, replicas},
    timeline::TimelineCache,
};

/// A dependency that has not answered by then counts as away.
const PATIENCE: Duration = Duration::from_millis(1200);

const LANES: [&str; 4] = ["bulk", "delete", "retry", "aside"];

pub fn routes(config: &mut web::ServiceConfig) {
    for (path, get) in [
        ("/health/live", web::get().to(live)),
        ("/health/ready", web::get().to(ready)),
        ("/metrics", web::get().to(metrics)),
    ] {
        config.service(web::resource(path).route(get));
    }
}

/// The process runs. Whether it can do anything is `ready`'s question.
async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// 200 while requests can be answered, which takes PostgreSQL; without Redis, Kafka or a replica that still holds, and
/// the status is "degraded". Each dependency is "ok" or says what is wrong. Replicas are named where they are used, in
/// `serve`, in the order of the setting.
async fn ready(app: Data<App>) -> Answer {
    let (postgres, cache, log) = app
        .run(|app| async move {
            Ok(tokio::join!(
                within(check_postgres(&app)),
                within(app.timelines.ping()),
                within(check_log(&app)),
            ))
        })
        .await?;
    let is_ready = postgres.is_ok();
    let replicas = app.replicas.status();
    let all_ok =
        is_ready && cache.is_ok() && log.is_ok() && replicas.iter().all(|replica| replica.is_used);
    let mut report = serde_json::Map::new();
    let status = if all_ok {
        "ok"
    } else if is_ready {
        "degraded"
    } else {
        "unavailable"
    };
    report.insert("status".to_owned(), status.into());
    report.insert("postgres".to_owned(), told(&postgres));
    if matches!(app.timelines, TimelineCache::Redis(_)) {
        report.insert("redis".to_owned(), told(&cache));
    }
    if matches!(app.events, EventLog::Kafka(_)) {
        report.insert("kafka".to_owned(), told(&log));
    }
    if !replicas.is_empty() {
        let told: Vec<Value> = replicas.iter().map(told_of_replica).collect();
        report.insert("replicas".to_owned(), told.into());
    }
    let mut response = if is_ready {
        HttpResponse::Ok()
    } else {
        HttpResponse::ServiceUnavailable()
    };
    Ok(response.json(report))
}

async fn metrics(app: Data<App>) -> Answer {
    let gauge = |count: usize| i64::try_from(count).unwrap_or_default();
    app.metrics.posts_waiting.set(gauge(app.posting.waiting()));
    let (busy, open) = app.db.usage();
    app.metrics.database_connections.set(gauge(open));
    app.metrics.database_connections_busy.set(gauge(busy));
    for (number, replica) in (1..).zip(app.replicas.status()) {
        let lag = replica.lag.map_or(f64::INFINITY, |lag| lag.as_secs_f64());
        app.metrics.set_replica(number, replica.is_used, lag);
    }
    // With the database away the other figures matter all the more.
    let depth = app
        .run(|app| async move { within(outbox_depth(&app)).await })
        .await;
    if let Ok((depth, age)) = depth {
        app.metrics.outbox_depth.set(depth);
        app.metrics.outbox_age_seconds.set(age);
    }
    let depths = app
        .run(|app| async move { within(lane_depths(&app)).await })
        .await;
    for lane in LANES {
        let found = depths
            .iter()
            .flatten()
            .find(|depth| depth.lane == lane)
            .map(|depth| (depth.pieces, depth.age));
        if depths.is_ok() {
            let (pieces, age) = found.unwrap_or_default();
            app.metrics.set_pieces(lane, pieces, age);
        }
    }
    let text = app.metrics.encode().map_err(Error::internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(text))
}

async fn outbox_depth(app: &App) -> Result<(i64, f64)> {
    Ok(outbox::depth(&mut *app.db.get().await?).await?)
}

async fn lane_depths(app: &App) -> Result<Vec<pieces::Depth>> {
    Ok(pieces::depths(&mut *app.db.get().await?).await?)
}

async fn check_postgres(app: &App) -> Result<()> {
    outbox_depth(app).await.map(|_| ())
}

async fn check_log(app: &App) -> Result<()> {
    match &app.events {
        EventLog::Postgres => Ok(()),
        EventLog::Kafka(producer) => producer.ping().await,
    }
}

async fn within<T>(check: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, check)
        .await
        .unwrap_or_else(|late| Err(Error::unavailable(Part::Any, late)))
}

/// It has everything that was committed before `lag_seconds` ago.
fn told_of_replica(replica: &replicas::Status) -> Value {
    json!({
        "status": if replica.is_used { "ok" } else { "away or behind" },
        "is_used": replica.is_used,
        "lag_seconds": replica.lag.map(|lag| lag.as_secs_f64()),
    })
}

fn told(result: &Result<()>) -> Value {
    match result {
        Ok(()) => "ok".into(),
        Err(error) => error.cause().unwrap_or_else(|| error.to_string()).into(),
    }
}
