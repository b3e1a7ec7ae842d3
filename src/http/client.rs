//! Where a request comes from.

use std::net::IpAddr;

use actix_web::HttpRequest;
use ipnet::IpNet;

use crate::config::Settings;

/// The address of whoever asks; nothing where it is not known. What proxies say is believed as far as they are trusted: of the
/// addresses in `X-Forwarded-For` the last that is not a trusted proxy's own, since anybody may have written those before.
pub fn address(request: &HttpRequest, settings: &Settings) -> Option<IpAddr> {
    let trusted: Vec<IpNet> = settings.server.trusted_proxies().flatten().collect();
    let is_trusted = |address: &IpAddr| trusted.iter().any(|network| network.contains(address));
    let peer = request.peer_addr()?.ip().to_canonical();
    if !is_trusted(&peer) {
        return Some(peer);
    }
    let said = request.headers().get_all("x-forwarded-for");
    let said: Vec<&str> = said.filter_map(|value| value.to_str().ok()).collect();
    let said = said.join(",");
    let mut nearest = peer;
    for text in said.rsplit(',') {
        let Ok(address) = text.trim().parse::<IpAddr>() else {
            break;
        };
        nearest = address.to_canonical();
        if !is_trusted(&nearest) {
            break;
        }
    }
    Some(nearest)
}
