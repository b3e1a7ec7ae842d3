//! What a system of the tests leaves in the servers that all share, and taking it away.

use crate::{
    database, mailbox,
    test_app::{Profile, from_script, redis_connection},
};

/// Takes the database, the keys and the topics of that name away when it is dropped.
pub struct Leftovers {
    name: String,
    is_full: bool,
}

impl Leftovers {
    pub fn of(profile: Profile, name: &str) -> Self {
        Self {
            name: name.to_owned(),
            is_full: profile == Profile::Full,
        }
    }
}

impl Drop for Leftovers {
    fn drop(&mut self) {
        let name = self.name.clone();
        let is_full = self.is_full;
        // On a runtime of its own, since the test's may be ending.
        let swept = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(sweep(&name, is_full));
        })
        .join();
        if swept.is_err() && !std::thread::panicking() {
            panic!("the test left something behind");
        }
    }
}

async fn sweep(name: &str, is_full: bool) {
    // Most send none.
    let _ = std::fs::remove_dir_all(mailbox::folder(name));
    database::remove(name).await;
    if is_full {
        let mut redis = redis_connection().await;
        let keys: Vec<String> = deadpool_redis::redis::cmd("KEYS")
            .arg(format!("{name}:*"))
            .query_async(&mut redis)
            .await
            .unwrap();
        if !keys.is_empty() {
            let () = deadpool_redis::redis::cmd("DEL")
                .arg(keys)
                .query_async(&mut redis)
                .await
                .unwrap();
        }
        let admin: rdkafka::admin::AdminClient<_> = rdkafka::ClientConfig::new()
            .set("bootstrap.servers", from_script("TWITCLONE_TEST_KAFKA"))
            .create()
            .unwrap();
        let dead = format!("{name}.dead");
        let options = rdkafka::admin::AdminOptions::new();
        admin
            .delete_topics(&[name, dead.as_str()], &options)
            .await
            .unwrap();
    }
}
