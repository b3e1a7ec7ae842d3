//! A server that everything else needs goes away and comes back: what people notice meanwhile, that nothing is
//! lost, and that nobody has to start anything again.

mod cluster;
mod kafka;
mod postgres;
mod redis;

use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::Value;
use twitclone::store::outbox;

use crate::{
    person::Person,
    process::Process,
    servers::Server,
    system::{System, until},
    test_app::Profile,
};

/// Every request is answered by then, whatever is away.
const AT_MOST: Duration = Duration::from_secs(2);

/// A running system of which one server is its own.
struct Site {
    system: System,
    address: String,
    serve: Process,
    fanout: Option<Process>,
}

impl Site {
    async fn start(profile: Profile, own: &Server, more: &[(&str, &str)]) -> Self {
        let (variable, value) = own.setting();
        let mut settings = vec![(variable, value.as_str())];
        settings.extend(more);
        let system = System::prepared(profile, &settings).await;
        let serve = system.start(&["serve"]);
        let address = serve.address().await;
        let fanout = (profile == Profile::Full).then(|| system.start(&["fanout"]));
        if let Some(fanout) = &fanout {
            fanout.logged("partitions assigned").await;
        }
        Self {
            system,
            address,
            serve,
            fanout,
        }
    }

    async fn person(&self, name: &str) -> Person {
        self.system.person(&self.address, name).await
    }

    /// Two people of whom the second follows the first and has an empty, warm timeline.
    async fn two(&self) -> (Person, Person) {
        let (ann, bob) = (self.person("ann").await, self.person("bob").await);
        bob.follow(&ann).await;
        assert_eq!(bob.home().await, []);
        (ann, bob)
    }

    async fn waiting(&self) -> i64 {
        let mut connection = self.system.app.db.get().await.unwrap();
        outbox::depth(&mut connection).await.unwrap().0
    }

    /// What `/health/ready` says, while `/health/live` says that the process is well.
    async fn health(&self) -> (StatusCode, Value) {
        let begun = Instant::now();
        let live = reqwest::get(format!("{}/health/live", self.address)).await;
        assert_eq!(live.unwrap().status(), StatusCode::OK);
        let ready = reqwest::get(format!("{}/health/ready", self.address)).await;
        let ready = ready.unwrap();
        assert!(begun.elapsed() < AT_MOST, "{:?}", begun.elapsed());
        (ready.status(), ready.json().await.unwrap())
    }

    /// It goes on, and only that server is named as being away.
    async fn is_without(&self, away: &str) {
        let (status, report) = self.health().await;
        assert_eq!(status, StatusCode::OK, "{report}");
        assert_eq!(report["status"], "degraded", "{report}");
        for server in ["postgres", "redis", "kafka"] {
            assert_eq!(report[server] == "ok", server != away, "{report}");
        }
    }

    async fn is_well(&self) {
        until("everything is ok", async || {
            let (status, report) = self.health().await;
            status == StatusCode::OK && report["status"] == "ok"
        })
        .await;
    }

    /// Told to stop, all of it does, in order and in time, whatever it waits for.
    async fn stops(&mut self) {
        for process in [Some(&mut self.serve), self.fanout.as_mut()] {
            let Some(process) = process else { continue };
            let ended = process.stop("TERM").await;
            assert_eq!(ended.code, Some(0), "{ended:?}");
            assert!(ended.after < Duration::from_secs(10), "{ended:?}");
        }
    }

    /// The list itself has it all, so it came by fan-out.
    async fn arrives(&self, person: &Person) {
        until("the timeline is as SQL has it", async || {
            // On a busy machine even a server that is well may be too slow once.
            let (app, now) = (&self.system.app, self.system.app.clock.now());
            let read = app.timelines.read(person.id(), 5000, now).await;
            let truth = self.system.truth(person).await;
            read.is_ok_and(|cached| cached.ids == truth)
        })
        .await;
    }

    /// At this moment the home of each is what SQL has.
    async fn homes_are_right(&self, people: &[&Person]) {
        for person in people {
            let truth = self.system.truth(person).await;
            let begun = Instant::now();
            assert_eq!(
                person.whole_home(40).await,
                truth,
                "{}",
                person.user.username
            );
            assert!(begun.elapsed() < AT_MOST, "{:?}", begun.elapsed());
        }
    }
}
