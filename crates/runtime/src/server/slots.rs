//! How many connections are open, in all and from one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// The slots of a server. Clones share them.
#[derive(Debug, Clone)]
pub(super) struct Slots {
    taken: Arc<Mutex<Taken>>,
    max: usize,
    max_per_address: usize,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    by_network: HashMap<IpAddr, usize>,
}

/// One connection's place, given back when dropped.
#[derive(Debug)]
pub(super) struct Slot {
    taken: Arc<Mutex<Taken>>,
    network: IpAddr,
}

/// Why there is no slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoSlot {
    Full,
    AddressFull,
}

impl NoSlot {
    /// The value of the attribute under which refused connections are counted.
    pub(super) fn reason(self) -> &'static str {
        match self {
            Self::Full => "connections",
            Self::AddressFull => "connections_per_address",
        }
    }
}

impl Slots {
    pub(super) fn new(max: usize, max_per_address: usize) -> Self {
        Self {
            taken: Arc::default(),
            max,
            max_per_address,
        }
    }

    pub(super) fn take(&self, address: IpAddr) -> Result<Slot, NoSlot> {
        let network = network_of(address);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.all >= self.max {
            return Err(NoSlot::Full);
        }
        let here = taken.by_network.get(&network).copied().unwrap_or(0);
        if here >= self.max_per_address {
            return Err(NoSlot::AddressFull);
        }
        taken.all += 1;
        taken.by_network.insert(network, here + 1);
        Ok(Slot {
            taken: Arc::clone(&self.taken),
            network,
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        taken.all -= 1;
        if let Some(here) = taken.by_network.get_mut(&self.network) {
            *here -= 1;
            if *here == 0 {
                taken.by_network.remove(&self.network);
            }
        }
    }
}

/// One IPv4 address, or the /64 that one subscriber of IPv6 gets.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn one_address_cannot_take_every_slot_and_gives_its_own_back() {
        let slots = Slots::new(3, 2);
        let first = slots.take(ip("192.0.2.1")).expect("free");
        let _second = slots
            .take(ip("::ffff:192.0.2.1"))
            .expect("the same address, written for IPv6");
        assert_eq!(
            slots.take(ip("192.0.2.1")).expect_err("its two are taken"),
            NoSlot::AddressFull
        );
        let _other = slots.take(ip("192.0.2.2")).expect("another address");
        assert_eq!(
            slots.take(ip("192.0.2.3")).expect_err("all three are taken"),
            NoSlot::Full
        );
        drop(first);
        let _again = slots.take(ip("192.0.2.1")).expect("given back");
    }

    #[test]
    fn a_slash_64_counts_as_one_address() {
        let slots = Slots::new(10, 1);
        let _first = slots.take(ip("2001:db8:1:2::1")).expect("free");
        assert_eq!(
            slots.take(ip("2001:db8:1:2:ffff::9")).expect_err("same /64"),
            NoSlot::AddressFull
        );
        let _other = slots.take(ip("2001:db8:1:3::1")).expect("the next /64");
        drop(_first);
        assert_eq!(
            slots.taken.lock().expect("not poisoned").by_network.len(),
            1,
            "no trace of who left"
        );
    }
}
