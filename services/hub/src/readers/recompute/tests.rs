use declic_ledger::SignerKey;
use declic_ledger::checkpoint::Checkpoint;
use declic_store::Sealed;

use super::*;
use crate::readers::sealer::tests::Bench;

/// What a tree of four leaves is stored as.
async fn four_leaves(bench: &Bench) -> Sealed {
    bench.write(0, 4).await;
    let waiting = bench
        .store
        .unsealed(0, Limit::new(4))
        .await
        .expect("a store that answers");
    stored_as(waiting.iter().map(|item| (item.event, item.leaf)).collect())
}

fn stored_as(leaves: Vec<(declic_domain::name::EventId, [u8; declic_ledger::leaf::LEN])>) -> Sealed {
    let mut tree = Frontier::new();
    let mut nodes = Vec::new();
    for (_, leaf) in &leaves {
        let grown = tree.append(leaf_hash(leaf)).expect("a small tree");
        nodes.extend(
            grown
                .iter()
                .map(|node| (node.id.level, node.id.index, node.hash.0)),
        );
    }
    Sealed {
        from_size: 0,
        from_seq: 0,
        to_seq: leaves.len() as u64,
        leaves,
        nodes,
        root: tree.root().0,
        frontier: tree.hashes().iter().map(|hash| hash.0).collect(),
    }
}

/// Changes the first leaf, as whoever has the file can.
fn forge(sealed: &mut Sealed) {
    sealed.leaves[0].1[100] ^= 1;
}

fn signed(signer: &SignerKey, size: u64, root: [u8; 32]) -> PublishedCheckpoint {
    let checkpoint = Checkpoint {
        origin: signer.name().to_owned(),
        size,
        root: Digest(root),
    };
    let note = checkpoint.sign(signer).expect("a name of its own").to_text();
    PublishedCheckpoint { size, root, note }
}

async fn read(bench: &Bench) -> Result<u64, Error> {
    recompute(bench.store.as_ref(), &bench.signer.verifier()).await
}

/// What is said of a ledger whose right edge, which the check at start reads, adds up.
async fn said(bench: &Bench) -> String {
    bench.check().await.expect("the right edge is sound");
    read(bench).await.expect_err("the rest is not").to_string()
}

#[tokio::test]
async fn a_sound_ledger_adds_up_over_pages_and_checkpoints() {
    let bench = Bench::new().await;
    assert_eq!(read(&bench).await.expect("an empty ledger is sound"), 0);
    let mut sealer = bench.sealer();
    for (first, count) in [(0, 3), (3, 1_200), (1_203, 1)] {
        bench.write(first, count).await;
        while sealer.round().await.expect("a sound ledger").more {}
    }
    assert_eq!(read(&bench).await.expect("a sound ledger"), 1_204);
}

#[tokio::test]
async fn an_old_leaf_or_node_that_was_changed_is_named() {
    let flipped: fn(&mut Sealed) = forge;
    let rows = [
        (flipped, "leaf 0 is not the one that was sealed"),
        (
            |sealed| {
                forge(sealed);
                sealed.nodes[0].2 = leaf_hash(&sealed.leaves[0].1).0;
            },
            "node 0 of level 1 is not made of the leaves below it",
        ),
        (
            |sealed| sealed.nodes[1].2 = [9; 32],
            "leaf 1 is not the one that was sealed",
        ),
    ];
    for (change, expected) in rows {
        let bench = Bench::new().await;
        let mut sealed = four_leaves(&bench).await;
        change(&mut sealed);
        bench
            .store
            .seal(bench.lease().await, sealed)
            .await
            .expect("the store does not verify");
        let said = said(&bench).await;
        assert!(said.contains(expected), "{expected}: {said}");
    }
}

#[tokio::test]
async fn a_history_that_was_written_anew_after_it_was_signed_is_found_at_the_old_checkpoint() {
    let bench = Bench::new().await;
    let mut sealed = four_leaves(&bench).await;
    let two = stored_as(sealed.leaves[..2].to_vec());
    forge(&mut sealed);
    let anew = stored_as(sealed.leaves);
    let checkpoints = [
        signed(&bench.signer, 2, two.root),
        signed(&bench.signer, 4, anew.root),
    ];
    bench
        .store
        .seal(bench.lease().await, anew)
        .await
        .expect("the store does not verify");
    for checkpoint in checkpoints {
        bench
            .store
            .publish(bench.lease().await, checkpoint)
            .await
            .expect("a size of its own");
    }
    let said = said(&bench).await;
    assert!(
        said.contains("leaves 0 to 1 are not those that were signed"),
        "{said}"
    );
}

#[tokio::test]
async fn an_old_checkpoint_of_another_key_or_another_row_is_named_by_its_size() {
    for other_key in [true, false] {
        let bench = Bench::new().await;
        let sealed = four_leaves(&bench).await;
        let two = stored_as(sealed.leaves[..2].to_vec());
        let last = signed(&bench.signer, 4, sealed.root);
        let mut old = signed(&bench.signer, 2, two.root);
        if other_key {
            let other = SignerKey::from_seed("declic.example/hub", &[1; 32]).expect("a name of a log");
            old = signed(&other, 2, two.root);
        } else {
            old.root = [9; 32];
        }
        bench
            .store
            .seal(bench.lease().await, sealed)
            .await
            .expect("the store does not verify");
        for checkpoint in [old, last] {
            bench
                .store
                .publish(bench.lease().await, checkpoint)
                .await
                .expect("a size of its own");
        }
        let said = said(&bench).await;
        assert!(said.contains("the checkpoint of size 2"), "{said}");
    }
}

#[tokio::test]
async fn what_is_found_closes_the_door_and_ends_the_reading() {
    let bench = Bench::new().await;
    let recompute = Recompute {
        store: Arc::clone(&bench.store),
        key: bench.signer.verifier(),
        door: Arc::clone(&bench.door),
        every: Duration::from_millis(1),
    };
    assert!(recompute.look().await && bench.door.is_open());
    let running = tokio::spawn(recompute.run(CancellationToken::new()));
    let mut sealed = four_leaves(&bench).await;
    forge(&mut sealed);
    bench
        .store
        .seal(bench.lease().await, sealed)
        .await
        .expect("the store does not verify");
    running.await.expect("it ends by itself");
    assert!(!bench.door.is_open());
}

#[tokio::test]
async fn a_database_that_does_not_answer_closes_nothing() {
    let bench = Bench::new().await;
    let recompute = Recompute {
        store: Arc::clone(&bench.store),
        key: bench.signer.verifier(),
        door: Arc::clone(&bench.door),
        every: Duration::from_secs(3_600),
    };
    bench.store.close().await;
    assert!(recompute.look().await, "it is read again later");
    assert!(bench.door.is_open());
}
