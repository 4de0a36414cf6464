//! Sums of the figures to encode, invented.

use std::collections::BTreeMap;

use declic_domain::clock::timeline::Part;
use declic_domain::event::{Effect, RedirectReason};
use declic_domain::figures::{
    Age, Ending, Group, HolderKind, Lateness, Measure, Reception, Record, SentOn, Standing, Sums, Tally, sums,
};
use declic_domain::name::AgencyId;
use declic_store::record::figures;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};

use crate::{Sample, sample};

pub fn all() -> impl Iterator<Item = Sample> {
    let of_case = [
        ("figures_case", sums(&[open(), closed()])),
        ("figures_case_empty", Sums::new()),
    ];
    let of_case = of_case.into_iter().map(|(name, sums)| {
        let bytes = figures::encode_case(&sums);
        sample(
            name,
            sums,
            bytes,
            figures::decode_case,
            |b| figures::decode_case(b).err(),
            |b| {
                figures::decode_case(b)
                    .ok()
                    .map(|sums| figures::encode_case(&sums))
            },
        )
    });
    let tally = Tally::of(&[open(), closed(), closed()]);
    let bytes = figures::encode(&tally);
    let decode = |b: &[u8]| figures::decode(b, &Group::of(&open()));
    let of_group = sample(
        "figures_group",
        tally,
        bytes,
        decode,
        |b| figures::decode(b, &Group::of(&open())).err(),
        |b| {
            let read = figures::decode(b, &Group::of(&open()));
            read.ok().map(|tally| figures::encode(&tally))
        },
    );
    of_case.chain([of_group])
}

/// Of two epochs, late at its desk.
fn open() -> Record {
    let measure = |minutes, ending, kept| Measure {
        minutes,
        ending,
        kept,
    };
    Record {
        departement: "56".to_owned(),
        agency: AgencyId::parse("caf-56").expect("a slug"),
        benefit: "RSA".to_owned(),
        blockage: String::new(),
        case_opened_at: Timestamp::from_microsecond(1_795_000_000_123_456).expect("a time of 2026"),
        acknowledge: vec![
            measure(127, Ending::Done, Some(true)),
            measure(128, Ending::Censored, None),
        ],
        resolve: vec![
            measure(20_000, Ending::Done, Some(false)),
            measure(0, Ending::Censored, None),
        ],
        wait: Some(measure(u32::MAX, Ending::Censored, None)),
        parts: BTreeMap::from([
            (Part::BeforeAcknowledgement, SignedDuration::from_micros(1)),
            (Part::ToBeConfirmed, SignedDuration::from_hours(24 * 365)),
        ]),
        at_triage: false,
        sent_on: None,
        outcomes: 1,
        reopened: 1,
        requests: 0,
        effect: None,
        unconfirmed: false,
        arrived: date(2026, 11, 18),
        standing: Some(Standing {
            holder: HolderKind::Desk,
            age: Age::Quarter,
            reception: Reception::Undelivered,
            lateness: Lateness::Late,
            late_minutes: 300,
        }),
    }
}

/// Sent on, and with an effect.
fn closed() -> Record {
    Record {
        sent_on: Some(SentOn {
            reason: RedirectReason::LegalBar,
            first: true,
        }),
        requests: 300,
        effect: Some(Effect::Partly),
        unconfirmed: true,
        arrived: date(2026, 12, 1),
        standing: None,
        ..open()
    }
}
