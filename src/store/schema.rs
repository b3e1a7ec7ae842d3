//! The tables as diesel knows them. The truth is in `migrations/`.

diesel::table! {
    use diesel::sql_types::*;
    use crate::store::replicas::Xid;

    users (id) {
        id -> BigInt,
        username -> Text,
        email -> Text,
        canonical_email -> Nullable<Text>,
        email_confirmed_at -> Nullable<Timestamptz>,
        display_name -> Text,
        bio -> Text,
        password_hash -> Text,
        tweet_count -> BigInt,
        follower_count -> BigInt,
        following_count -> BigInt,
        home_version -> BigInt,
        created_at -> Timestamptz,
        /// A system column: the transaction that wrote this version of the row.
        xmin -> Xid,
    }
}

diesel::table! {
    tweets (id) {
        id -> BigInt,
        author_id -> BigInt,
        text -> Text,
        idempotency_key -> Nullable<Text>,
        created_at -> Timestamptz,
        is_pulled -> Bool,
    }
}

diesel::table! {
    tweet_tags (tag, tweet_id) {
        tag -> Text,
        tweet_id -> BigInt,
    }
}

diesel::table! {
    follows (follower_id, followee_id) {
        follower_id -> BigInt,
        followee_id -> BigInt,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    outbox (id) {
        id -> BigInt,
        tweet_id -> BigInt,
        author_id -> BigInt,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        user_id -> BigInt,
        user_agent -> Text,
        address -> Text,
        created_at -> Timestamptz,
        last_used_at -> Timestamptz,
    }
}

diesel::table! {
    backfills (scope) {
        scope -> Text,
        last_user_id -> BigInt,
        done -> BigInt,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    changes (id) {
        id -> BigInt,
        kind -> Text,
        row_id -> BigInt,
    }
}

diesel::joinable!(tweets -> users (author_id));
diesel::allow_tables_to_appear_in_same_query!(users, tweets, tweet_tags, follows, sessions);
