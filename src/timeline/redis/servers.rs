//! One Redis server, or a Redis Cluster.

use deadpool_redis::redis::{ErrorKind, FromRedisValue, Pipeline, RedisError};

use super::{
    cluster::Cluster,
    connection::{Address, Node, Run, unavailable},
};
use crate::{
    config,
    error::{Error, Result},
};

/// Where the keys are. Clones share the connections. What a cluster does is boxed, so that with one server every future
/// stays as small as it can be.
#[derive(Clone)]
pub enum Servers {
    One(Node),
    Cluster(Cluster),
}

impl Servers {
    pub fn new(settings: &config::Redis) -> Result<Self> {
        if settings.cluster_nodes.is_empty() {
            let address = Address {
                host: settings.host.clone(),
                port: settings.port,
            };
            return Ok(Self::One(
                Node::new(address, None).map_err(Error::internal)?,
            ));
        }
        let seeds = settings.cluster_nodes.split(',').map(|seed| {
            let address = Address::parse(seed).ok_or_else(|| {
                RedisError::from((ErrorKind::InvalidClientConfig, "no host and port"))
            })?;
            Node::new(address, None)
        });
        let seeds: Result<Vec<Node>, RedisError> = seeds.collect();
        Ok(Self::Cluster(Cluster::new(seeds.map_err(Error::internal)?)))
    }

    /// Sends commands about one key to the server that has it, in one round trip; the answer, and in which run it was
    /// given.
    pub async fn run<T: FromRedisValue>(&self, key: &str, commands: &Pipeline) -> Result<(T, Run)> {
        match self {
            Self::One(node) => node.run(commands).await,
            Self::Cluster(cluster) => Box::pin(cluster.run(key, commands)).await,
        }
        .map_err(unavailable)
    }

    /// The run of the server that has a key.
    pub async fn run_of(&self, key: &str) -> Result<Run> {
        match self {
            Self::One(node) => node.current_run().await,
            Self::Cluster(cluster) => Box::pin(cluster.run_of(key)).await,
        }
        .map_err(unavailable)
    }

    /// Whether all of them answer.
    pub async fn ping(&self) -> Result<()> {
        match self {
            Self::One(node) => {
                let mut ping = Pipeline::new();
                ping.cmd("PING");
                let ponged = node.run::<(String,)>(&ping).await;
                ponged.map(|_| ()).map_err(unavailable)
            }
            Self::Cluster(cluster) => Box::pin(cluster.ping()).await,
        }
    }
}
