//! Tickets with what they may have beside.

use declic_domain::event::Rung;
use declic_domain::ticket::{Alerts, Ticket};

use crate::samples::{agency, desk, new_ticket, time};

pub fn ticket_with_parts() -> Ticket {
    Ticket {
        reminded_at: Some(time(13)),
        shared_with: vec![desk()],
        former_agencies: vec![agency()],
        ..new_ticket()
    }
}

pub fn alerted_ticket() -> Ticket {
    Ticket {
        alerts: Alerts {
            reply: true,
            untouched: 1,
            level: 3,
            acknowledgement: Some(Rung::Supervision),
            resolution: None,
        },
        ..new_ticket()
    }
}
