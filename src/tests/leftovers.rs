//! What a system of the tests leaves in the servers that all share, and taking it away.

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};

use crate::{
    mailbox,
    test_app::{Profile, from_script, redis_connection},
};

/// Takes the schema, the keys and the topics of that name away when it is dropped.
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
    let url = from_script("TWITCLONE_TEST_DATABASE_URL");
    let mut connection = AsyncPgConnection::establish(&url).await.unwrap();
    let drop = format!("DROP SCHEMA IF EXISTS {name} CASCADE");
    // What a request that was cut off still does may cross it.
    while let Err(error) = connection.batch_execute(&drop).await {
        assert!(error.to_string().contains("deadlock"), "{error}");
    }
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
