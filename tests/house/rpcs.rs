//! Nothing escapes the table of who may do what: every RPC of the contract has its action and its row, and no action or
//! row is left of an RPC that is gone.

use std::collections::BTreeSet;

use declic_domain::policy::Action;
use prost_reflect::DescriptorPool;

use crate::files;

const TABLE: &str = "crates/domain/tests/policy.txt";
const PACKAGE: &str = "declic.v1";

fn rpcs() -> BTreeSet<String> {
    let pool = DescriptorPool::decode(declic_proto::DESCRIPTORS).expect("our own descriptors");
    let services = pool
        .services()
        .filter(|service| service.package_name() == PACKAGE);
    let mut names = BTreeSet::new();
    for method in services.flat_map(|service| service.methods().collect::<Vec<_>>()) {
        let fresh = names.insert(method.name().to_owned());
        assert!(
            fresh,
            "{}: two RPCs of one name have one action: rename one",
            method.full_name()
        );
    }
    names
}

#[test]
fn every_rpc_has_an_action_of_the_policy_and_every_action_an_rpc() {
    let actions: BTreeSet<String> = Action::ALL
        .iter()
        .map(|action| action.name().to_owned())
        .collect();
    assert_eq!(
        rpcs(),
        actions,
        "add the RPC to the actions of crates/domain/src/policy.rs, or take the action out"
    );
}

#[test]
fn every_rpc_has_a_row_in_the_table_a_lawyer_reads() {
    let table = files::read(TABLE);
    let mut rows = table
        .lines()
        .skip_while(|line| !line.starts_with("action "))
        .skip(1);
    let actions = rows
        .by_ref()
        .map_while(|line| Some(line.split_once('|')?.0.trim().to_owned()));
    assert_eq!(
        rpcs(),
        actions.collect(),
        "write {TABLE} again: its test says how"
    );
}
