//! People sign in through a provider that is certified for OpenID Connect, from the pages.

use declic_tests::certified::Certified;
use declic_tests::pages::{Pages, Script};
use declic_tests::provider::{enrol, hub_with};
use serde_json::json;

use crate::free_port;

async fn through_a_provider(with_scripts: bool) {
    let address = free_port();
    let back = format!("http://{address}/connexion/retour");
    let provider = Certified::start("ES256", &back).await;
    let (hub, _secret) = hub_with(&provider.issuer, "ES256", &back).await;
    let enrolled = enrol(&hub, "claire.morel", &provider.issuer, &["claire-1a2b"]).await;
    enrolled.expect("a change");
    let pages = Pages::at(&hub, address).await;
    let script = Script {
        module: "sign_in",
        function: "throughProvider",
        with_scripts,
    };
    let known = json!({ "provider": provider.issuer });
    pages.run(&hub, script, &known).await;
    pages.stop().await;
    hub.stop().await;
}

mod an_agent_signs_in_through_a_certified_provider_and_a_stranger_does_not {
    #[tokio::test]
    async fn without_scripts() {
        super::through_a_provider(false).await;
    }

    #[tokio::test]
    async fn with_scripts() {
        super::through_a_provider(true).await;
    }
}
