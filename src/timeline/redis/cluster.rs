//! The masters of a Redis Cluster, and which of them has which key.
//!
//! Not the client of the redis crate: a batch of pushes is to be one call a node, not a key, and a timeline's mark is to
//! hold the run of the very server that answered, neither of which that client lets its caller see.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use deadpool_redis::redis::{ErrorKind, FromRedisValue, Pipeline, RedisError, ServerErrorKind};
use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared, join_all, select_ok},
};

use super::{
    connection::{Address, Node, Run, lock, unavailable},
    slots::{Slot, SlotMap},
};
use crate::error::{Error, Part, Result};

/// How old the map of slots may be. A node that did not answer for a while, lost its slots and got them back is known
/// by its new epoch alone, and nothing but this look tells that.
const FRESH: Duration = Duration::from_secs(1);
/// A key is looked for at so many places.
const ATTEMPTS: usize = 4;

type Looking = Shared<BoxFuture<'static, Result<Arc<SlotMap>, RedisError>>>;

/// Clones share everything.
#[derive(Clone)]
pub struct Cluster(Arc<Parts>);

struct Parts {
    /// Asked for the others.
    seeds: Vec<Node>,
    map: Mutex<Option<Arc<SlotMap>>>,
    /// The newest look at the slots: whoever needs one meanwhile waits for the same.
    looking: Mutex<Option<Looking>>,
}

/// Where a server says that a key is.
enum Redirect {
    /// The slot has another master.
    Moved(Address),
    /// The slot is moving, and the key is there already, if anywhere.
    Asked(Address),
    /// The server is no master any more, or is gone.
    Unknown,
}

impl Cluster {
    pub fn new(seeds: Vec<Node>) -> Self {
        Self(Arc::new(Parts {
            seeds,
            map: Mutex::default(),
            looking: Mutex::default(),
        }))
    }

    /// Sends commands about one key to the master that has it, wherever that is by now.
    pub async fn run<T: FromRedisValue>(
        &self,
        key: &str,
        commands: &Pipeline,
    ) -> Result<(T, Run), RedisError> {
        let slot = Slot::of(key);
        let mut map = self.map().await?;
        for _ in 1..ATTEMPTS {
            let node = map.master(slot)?.clone();
            let mut done = node.run(commands).await;
            if let Some(Redirect::Asked(address)) = redirect(&done, &node)
                && let Some(target) = map.at(&address)
            {
                done = target.run_asking(commands).await;
            }
            map = match redirect(&done, &node) {
                Some(Redirect::Moved(address) | Redirect::Asked(address)) => {
                    self.look(Some(&address)).await?
                }
                Some(Redirect::Unknown) => {
                    let map = self.look(None).await?;
                    if map.master(slot)?.address() == node.address() {
                        return done;
                    }
                    map
                }
                None => return done,
            };
        }
        map.master(slot)?.run(commands).await
    }

    /// The run of the master that has a key, or would. It is asked: while a slot moves no map says which one that is.
    pub async fn run_of(&self, key: &str) -> Result<Run, RedisError> {
        let mut exists = Pipeline::new();
        exists.cmd("EXISTS").arg(key);
        let ((_,), run): ((bool,), Run) = self.run(key, &exists).await?;
        Ok(run)
    }

    /// What is known of the slots, and not too old.
    pub async fn map(&self) -> Result<Arc<SlotMap>, RedisError> {
        let known = self.known();
        match known.filter(|map| map.age() < FRESH) {
            Some(map) => Ok(map),
            None => self.look(None).await,
        }
    }

    /// Asks again: the node that was named, since it knows best, else whoever answers first.
    pub async fn look(&self, named: Option<&Address>) -> Result<Arc<SlotMap>, RedisError> {
        let looking = {
            let mut newest = lock(&self.0.looking);
            match newest.as_ref().filter(|looking| looking.peek().is_none()) {
                Some(looking) => looking.clone(),
                None => {
                    let looking = self.clone().look_now(named.cloned()).boxed().shared();
                    *newest = Some(looking.clone());
                    looking
                }
            }
        };
        looking.await
    }

    async fn look_now(self, named: Option<Address>) -> Result<Arc<SlotMap>, RedisError> {
        let known = self.known();
        let known = known.as_deref();
        let mut found = None;
        if let Some(named) = named {
            found = match known.and_then(|map| map.at(&named)) {
                Some(node) => ask(node, known).await.ok(),
                None => ask(&Node::new(named, None)?, known).await.ok(),
            };
        }
        let map = match found {
            Some(map) => map,
            None => {
                let masters = known.map(SlotMap::nodes).unwrap_or_default();
                let is_other =
                    |seed: &&Node| masters.iter().all(|it| it.address() != seed.address());
                let others = self.0.seeds.iter().filter(is_other);
                let asked = masters.iter().chain(others);
                select_ok(asked.map(|node| ask(node, known).boxed()))
                    .await?
                    .0
            }
        };
        let map = Arc::new(map);
        *lock(&self.0.map) = Some(Arc::clone(&map));
        Ok(map)
    }

    /// Whether every slot has a master that answers.
    ///
    /// # Errors
    /// [`Error::Partial`] when only some have, and use can be made of them.
    pub async fn ping(&self) -> Result<()> {
        let map = self.look(None).await.map_err(unavailable)?;
        let mut state = Pipeline::new();
        state.cmd("CLUSTER").arg("INFO");
        let answers = join_all(map.nodes().iter().map(|node| node.run(&state))).await;
        let mut failed = map.is_whole().err().map(|error| error.to_string());
        let mut anyone_is_well = false;
        for (node, answer) in map.nodes().iter().zip(answers) {
            let answer: Result<((String,), Run), RedisError> = answer;
            let told = match answer {
                Ok(((state,), _)) if state.contains("cluster_state:ok") => {
                    anyone_is_well = true;
                    continue;
                }
                Ok(_) => "it says that the cluster is down".to_owned(),
                Err(error) => error.to_string(),
            };
            let Address { host, port } = node.address();
            failed = Some(format!("{host}:{port}: {told}"));
        }
        match failed {
            None => Ok(()),
            Some(told) if anyone_is_well => Err(Error::Partial(told.into())),
            Some(told) => Err(Error::unavailable(Part::TimelineCache, told)),
        }
    }

    fn known(&self) -> Option<Arc<SlotMap>> {
        lock(&self.0.map).clone()
    }
}

async fn ask(node: &Node, known: Option<&SlotMap>) -> Result<SlotMap, RedisError> {
    let mut nodes = Pipeline::new();
    nodes.cmd("CLUSTER").arg("NODES");
    let ((text,), _): ((String,), Run) = node.run(&nodes).await?;
    SlotMap::parse(&text, &node.address().host, known)
}

fn redirect<T>(done: &Result<T, RedisError>, by: &Node) -> Option<Redirect> {
    let error = done.as_ref().err()?;
    if is_gone(error) {
        return Some(Redirect::Unknown);
    }
    let errors = error.clone().into_server_errors()?;
    errors.iter().find_map(|(_, error)| {
        let make = match error.kind()? {
            ServerErrorKind::Moved => Redirect::Moved,
            ServerErrorKind::Ask => Redirect::Asked,
            _ => return None,
        };
        // `3999 127.0.0.1:6381`; without a host it is the host of whoever says so.
        let mut address = Address::parse(error.details()?.split(' ').nth(1)?)?;
        if address.host.is_empty() {
            address.host.clone_from(&by.address().host);
        }
        Some(make(address))
    })
}

/// Whether the server is not to be reached or no master any more, so that another may be by now. One that hangs is
/// waited for once only.
pub fn is_gone(error: &RedisError) -> bool {
    error.is_connection_dropped() || error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly)
}
