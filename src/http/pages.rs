//! Pages for people: every one works without JavaScript.

mod about;
mod account;
mod appearance;
mod community;
mod compose;
mod data;
mod discover;
mod feed;
mod fixed;
mod follow;
mod form;
mod home;
mod kept;
mod listing;
mod log_in;
mod log_out;
mod paging;
mod people;
mod places;
mod profile;
mod reset;
mod second_factor;
mod second_step;
mod sessions;
mod settings;
mod sign_up;
mod site;
mod tag;
mod tweet;

pub use appearance::{language, theme};
pub use compose::TweetForm;
pub use log_in::{LogInForm, first as log_in_first};
pub use paging::Before;
pub use sign_up::SignUpForm;

use actix_web::{
    FromRequest, Handler, Resource, Responder,
    web::{self, ServiceConfig},
};

pub fn routes(config: &mut ServiceConfig) {
    config
        .service(page("/", home::home))
        .service(page("/signup", sign_up::form).route(web::post().to(sign_up::submit)))
        .service(page("/login", log_in::form).route(web::post().to(log_in::submit)))
        .service(form("/login/code", second_step::code))
        .service(form("/login/passkey/ask", second_step::ask_for_passkey))
        .service(form("/login/passkey", second_step::passkey))
        .service(page("/login/forgotten", reset::form).route(web::post().to(reset::submit)))
        .service(page("/login/new-password", reset::new_form).route(web::post().to(reset::set)))
        .service(page("/logout", log_out::form).route(web::post().to(log_out::submit)))
        .service(page("/settings", settings::form).route(web::post().to(settings::submit)))
        .service(
            page("/settings/appearance", appearance::form)
                .route(web::post().to(appearance::submit)),
        )
        .service(page("/settings/account", account::overview))
        .service(
            page("/settings/account/password", account::password)
                .route(web::post().to(account::change_password)),
        )
        .service(
            page("/settings/account/email", account::email)
                .route(web::post().to(account::change_email)),
        )
        .service(
            page("/settings/account/confirm", account::confirm_form)
                .route(web::post().to(account::confirm)),
        )
        .service(form(
            "/settings/account/confirm-again",
            account::confirm_again,
        ))
        .service(
            page("/settings/account/delete", account::deleting)
                .route(web::post().to(account::delete)),
        )
        .service(form("/settings/account/keep", account::keep))
        .configure(second_factor_routes)
        .service(page("/settings/data", data::page))
        .service(page("/settings/data/{file}", data::file))
        .service(page("/settings/sessions", sessions::sessions))
        .service(form("/settings/sessions/end-others", sessions::end_others))
        .service(form("/settings/sessions/{id}/end", sessions::end))
        .service(
            page("/settings/invitations", community::invitations)
                .route(web::post().to(community::invite)),
        )
        .service(form(
            "/settings/invitations/{id}/withdraw",
            community::withdraw,
        ))
        .service(page("/settings/sign-ups", community::sign_ups))
        .service(form("/settings/sign-ups/{id}/let-in", community::let_in))
        .service(form("/settings/sign-ups/{id}/refuse", community::refuse))
        .service(page("/about", about::about))
        .service(page("/keys", fixed::keys))
        .service(page("/offline", fixed::offline))
        .service(page("/users", people::find))
        .service(form("/tweets", compose::submit))
        .service(form("/follow/{user_id}", follow::follow))
        .service(form("/unfollow/{user_id}", follow::unfollow))
        .service(page("/tags/{tag}", tag::tweets))
        .service(page("/@{username}", profile::tweets))
        .service(page("/@{username}/followers", profile::followers))
        .service(page("/@{username}/following", profile::following))
        .service(page("/@{username}/feed.atom", feed::atom))
        .service(page("/@{username}/{tweet_id}", tweet::alone))
        .service(form("/@{username}/{tweet_id}/delete", tweet::delete))
        .service(page("/profile/{username}", profile::old_profile))
        .service(page("/{username}/followers", profile::old_followers))
        .service(page("/{username}/following", profile::old_following));
}

fn second_factor_routes(config: &mut ServiceConfig) {
    let of = |path: &str| format!("/settings/account/{path}");
    config
        .service(page(&of("second-factor"), second_factor::page))
        .service(form(&of("authenticator"), second_factor::propose))
        .service(form(&of("authenticator/confirm"), second_factor::confirm))
        .service(form(&of("authenticator/remove"), second_factor::remove_app))
        .service(form(&of("recovery-codes"), second_factor::renew_codes))
        .service(form(&of("passkeys/ask"), second_factor::ask_for_passkey))
        .service(form(&of("passkeys"), second_factor::add_passkey))
        .service(form(
            &of("passkeys/{id}/remove"),
            second_factor::remove_passkey,
        ));
}

/// What a GET looks at.
fn page<F, Args>(path: &str, get: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::get().to(get.clone()))
        .route(web::head().to(get))
}

/// What a POST does and a GET has no page of.
fn form<F, Args>(path: &str, post: F) -> Resource
where
    F: Handler<Args>,
    Args: FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path).route(web::post().to(post))
}
