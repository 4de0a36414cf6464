//! How much time agencies have, level by level.

use declic_client::Client;
use declic_proto::v1;
use serde_json::{Value, json};

use super::put::Sent;
use super::{bare_id, resource, shown, table};
use crate::args::SetPolicy;
use crate::commands::clock::target;
use crate::commands::pages;
use crate::failure::Failure;
use crate::screen::{Manner, Screen};
use crate::view::given;

pub(super) async fn list(client: &Client, limit: u32, screen: &mut Screen) -> Result<(), Failure> {
    let lang = screen.manner.lang;
    let read = async |page_size, page_token| {
        let request = v1::ListClockPoliciesRequest {
            page_size,
            page_token,
        };
        let page = client.list_clock_policies(request).await;
        let page = page.map_err(|error| Failure::of_call(lang, &error))?;
        Ok((page.policies, page.next_page_token))
    };
    let (found, more) = pages(limit, read).await?;
    if screen.manner.json {
        let found: Vec<Value> = found.iter().map(json).collect();
        return screen.show_json(&json!({ "policies": found }));
    }
    let mut table = table(&screen.manner, HEADINGS);
    for policy in &found {
        table.row(row(&screen.manner, policy));
    }
    shown(table, more, limit, screen)
}

pub(super) async fn set(client: &Client, options: SetPolicy, screen: &mut Screen) -> Result<(), Failure> {
    let sent = Sent::of(options.sending, options.reason, screen)?;
    let agency = options.agency.map(|agency| resource("agencies/", &agency));
    let targets = |acknowledge: Option<String>, resolve: Option<String>| {
        (!options.withdraw).then(|| v1::ClockTargets {
            acknowledge: typed(acknowledge),
            resolve: typed(resolve),
        })
    };
    let policy = v1::ClockPolicy {
        agency: agency.unwrap_or_default(),
        benefit: options.benefit.unwrap_or_default(),
        version: options.policy_version.unwrap_or_default(),
        ordinary: targets(options.acknowledge, options.resolve),
        urgent: targets(options.urgent_acknowledge, options.urgent_resolve),
        etag: sent.etag.clone(),
    };
    let request = v1::SetClockPolicyRequest {
        request_id: sent.id.to_string(),
        policy: Some(policy),
        withdraw: options.withdraw,
        reason: sent.reason.clone(),
    };
    let answer = client.set_clock_policy(request).await;
    let answer = answer.map_err(|error| sent.failed(screen, &error))?;
    if screen.manner.json {
        return screen.show_json(&json!({ "policy": answer.policy.as_ref().map(json) }));
    }
    let Some(policy) = answer.policy else {
        return screen.show(&(screen.manner.text("cli-policy-withdrawn", &[]) + "\n"));
    };
    let mut table = table(&screen.manner, HEADINGS);
    table.row(row(&screen.manner, &policy));
    let page = table.to_text(&screen.manner);
    screen.show(&page)
}

const HEADINGS: [&str; 8] = [
    "agency",
    "benefit",
    "to-acknowledge",
    "to-resolve",
    "urgent-acknowledge",
    "urgent-resolve",
    "version",
    "etag",
];

fn row(manner: &Manner, policy: &v1::ClockPolicy) -> [String; 8] {
    let (ordinary, urgent) = (
        policy.ordinary.clone().unwrap_or_default(),
        policy.urgent.clone().unwrap_or_default(),
    );
    let any = |text: String| match text.is_empty() {
        true => manner.text("cli-policy-any", &[]),
        false => text,
    };
    [
        any(bare_id(&policy.agency)),
        any(policy.benefit.clone()),
        target(manner, &ordinary.acknowledge),
        target(manner, &ordinary.resolve),
        target(manner, &urgent.acknowledge),
        target(manner, &urgent.resolve),
        policy.version.clone(),
        policy.etag.clone(),
    ]
}

/// `2j` is typed for `2d`.
fn typed(target: Option<String>) -> String {
    target.unwrap_or_default().replace('j', "d")
}

fn json(policy: &v1::ClockPolicy) -> Value {
    let targets = |targets: Option<&v1::ClockTargets>| {
        targets.map(|one| json!({ "acknowledge": one.acknowledge, "resolve": one.resolve }))
    };
    json!({
        "agency": given(policy.agency.clone()), "benefit": given(policy.benefit.clone()),
        "version": policy.version, "ordinary": targets(policy.ordinary.as_ref()),
        "urgent": targets(policy.urgent.as_ref()), "etag": given(policy.etag.clone()),
    })
}
