//! The plan of a statement that the program itself prepared on a connection, and the pages that it touches.

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use serde_json::Value;
use twitclone::store::Connection;

/// The dearest of the plans.
#[derive(Debug)]
pub struct Explained {
    /// Found in PostgreSQL's memory or read, but for those of the catalog, which is as large as all tests make it.
    pub pages: i64,
    /// Tables that are read whole.
    pub scanned: Vec<String>,
    /// What is done, from the top down.
    pub nodes: Vec<String>,
}

/// Explains the statements that were prepared on this connection, with these arguments, for these arguments alone and for
/// any; `is_small` has tables read by their indexes that are so small that reading them whole is cheaper, so that
/// the figures can be compared.
pub async fn explain(
    connection: &mut Connection,
    what: &str,
    arguments: &[String],
    is_small: bool,
) -> Explained {
    let names = prepared(connection).await;
    assert_eq!(names.len(), arguments.len(), "{what}: {names:?}");
    if is_small {
        let only_indexes =
            "SET enable_seqscan TO off; SET enable_hashjoin TO off; SET enable_mergejoin TO off";
        connection.batch_execute(only_indexes).await.unwrap();
    }
    let mut dearest: Option<Explained> = None;
    for mode in ["force_custom_plan", "force_generic_plan"] {
        let set = format!("SET plan_cache_mode TO {mode}");
        connection.batch_execute(&set).await.unwrap();
        let mut all = Explained {
            pages: 0,
            scanned: Vec::new(),
            nodes: Vec::new(),
        };
        for (name, arguments) in names.iter().zip(arguments) {
            let plan = plan(connection, name, arguments).await;
            all.pages += pages(&plan);
            walk(&plan, &mut all);
        }
        if dearest.as_ref().is_none_or(|known| known.pages < all.pages) {
            dearest = Some(all);
        }
    }
    dearest.unwrap()
}

/// The names of the statements, in the order in which they were prepared.
async fn prepared(connection: &mut Connection) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT name FROM pg_prepared_statements WHERE statement NOT LIKE '%pg_prepared_statements%' \
         ORDER BY prepare_time, name",
    )
    .load(connection)
    .await
    .unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

async fn plan(connection: &mut Connection, name: &str, arguments: &str) -> Value {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        plan: String,
    }
    let arguments = match arguments {
        "" => String::new(),
        some => format!("({some})"),
    };
    let explain = format!("EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE \"{name}\"{arguments}");
    let row: Row = diesel::sql_query(&explain)
        .get_result(connection)
        .await
        .unwrap_or_else(|error| panic!("{explain}: {error}"));
    let plan: Value = serde_json::from_str(&row.plan).unwrap();
    plan[0]["Plan"].clone()
}

fn pages(plan: &Value) -> i64 {
    touched(plan) - of_catalog(plan)
}

/// By it and all that is inside it.
fn touched(plan: &Value) -> i64 {
    plan["Shared Hit Blocks"].as_i64().unwrap() + plan["Shared Read Blocks"].as_i64().unwrap()
}

fn of_catalog(plan: &Value) -> i64 {
    match plan["Relation Name"].as_str() {
        Some(table) if table.starts_with("pg_") => touched(plan),
        _ => inner(plan).map(of_catalog).sum(),
    }
}

fn inner(plan: &Value) -> impl Iterator<Item = &Value> {
    plan["Plans"].as_array().into_iter().flatten()
}

fn walk(plan: &Value, all: &mut Explained) {
    let kind = plan["Node Type"].as_str().unwrap();
    let of = plan["Index Name"]
        .as_str()
        .or(plan["Relation Name"].as_str());
    all.nodes.push(match of {
        Some(of) => format!("{kind} ({of})"),
        None => kind.to_owned(),
    });
    if kind == "Seq Scan" {
        all.scanned.push(of.unwrap().to_owned());
    }
    for inner in inner(plan) {
        walk(inner, all);
    }
}
