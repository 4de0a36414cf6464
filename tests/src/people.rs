//! Who is in the directory of a test, with their keys, and what they write.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use declic_client::{Client, SigningKey};
use declic_proto::v1;
use declic_runtime::{Clock as _, Ids as _, SystemClock, SystemIds};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Audience of the tokens.
pub const AUDIENCE: &str = "declic-hub";

/// The social-security number of Jeanne Exemple: of a thirteenth month, so nobody's; its key is right.
pub const NIR: &str = "284135617801289";

/// Desks of an agency: id, benefits they name.
type Desks = &'static [(&'static str, &'static str)];

/// Agencies: id, enrolment, whether the law lets it read social-security numbers, desks.
const AGENCIES: [(&str, &str, bool, Desks); 7] = [
    (
        "caf-56",
        "CONNECTOR",
        true,
        &[("solidarite", r#""RSA", "PPA", "AAH""#), ("accueil", "")],
    ),
    ("caf-35", "CONNECTOR", true, &[("accueil", "")]),
    ("carsat-bretagne", "CONNECTOR", true, &[("retraite", "")]),
    (
        "msa-portes-de-bretagne",
        "CONNECTOR",
        true,
        &[("prestations", "")],
    ),
    ("dep-56", "CONNECTOR", false, &[("insertion", "")]),
    ("triage-56", "CONSOLE", false, &[("orientation", "")]),
    ("triage-national", "CONSOLE", false, &[("orientation", "")]),
];

/// Organisations: id, name.
const ORGANISATIONS: [(&str, &str); 2] = [
    ("ccas-pontivy", "CCAS de Pontivy"),
    ("france-services-vannes", "France Services de Vannes"),
];

/// Members: id, name, role, and where they stand.
const MEMBERS: [(&str, &str, &str, &str); 23] = [
    (
        "camille.martin",
        "Camille Martin",
        "SOCIAL_WORKER",
        "organisation = \"ccas-pontivy\"",
    ),
    (
        "yann.le-goff",
        "Yann Le Goff",
        "SOCIAL_WORKER",
        "organisation = \"ccas-pontivy\"",
    ),
    (
        "soizic.le-bihan",
        "Soizic Le Bihan",
        "ORGANISATION_MANAGER",
        "organisation = \"ccas-pontivy\"",
    ),
    (
        "nora.haddad",
        "Nora Haddad",
        "SOCIAL_WORKER",
        "organisation = \"france-services-vannes\"",
    ),
    (
        "louis.perrin",
        "Louis Perrin",
        "SOCIAL_WORKER",
        "organisation = \"ccas-pontivy\"\nactive = false",
    ),
    (
        "connector.caf-56",
        "Connecteur de la Caf du Morbihan",
        "CONNECTOR",
        "agency = \"caf-56\"",
    ),
    (
        "claire.morel",
        "Claire Morel",
        "AGENT",
        "agency = \"caf-56\"\ndesks = [\"solidarite\"]",
    ),
    (
        "gael.tanguy",
        "Gaël Tanguy",
        "AGENT",
        "agency = \"caf-56\"\ndesks = [\"accueil\"]",
    ),
    ("hugo.petit", "Hugo Petit", "DESK_MANAGER", "agency = \"caf-56\""),
    (
        "connector.caf-35",
        "Connecteur de la Caf d’Ille-et-Vilaine",
        "CONNECTOR",
        "agency = \"caf-35\"",
    ),
    (
        "anne.guerin",
        "Anne Guérin",
        "AGENT",
        "agency = \"caf-35\"\ndesks = [\"accueil\"]",
    ),
    (
        "connector.carsat-bretagne",
        "Connecteur de la Carsat Bretagne",
        "CONNECTOR",
        "agency = \"carsat-bretagne\"",
    ),
    (
        "lea.robert",
        "Léa Robert",
        "AGENT",
        "agency = \"carsat-bretagne\"\ndesks = [\"retraite\"]",
    ),
    (
        "connector.msa-portes-de-bretagne",
        "Connecteur de la MSA Portes de Bretagne",
        "CONNECTOR",
        "agency = \"msa-portes-de-bretagne\"",
    ),
    (
        "marc.lefevre",
        "Marc Lefèvre",
        "AGENT",
        "agency = \"msa-portes-de-bretagne\"\ndesks = [\"prestations\"]",
    ),
    (
        "connector.dep-56",
        "Connecteur du Département du Morbihan",
        "CONNECTOR",
        "agency = \"dep-56\"",
    ),
    (
        "sophie.garnier",
        "Sophie Garnier",
        "AGENT",
        "agency = \"dep-56\"\ndesks = [\"insertion\"]",
    ),
    (
        "erwan.le-roux",
        "Erwan Le Roux",
        "TRIAGE_AGENT",
        "agency = \"triage-56\"\ndesks = [\"orientation\"]",
    ),
    (
        "aicha.diallo",
        "Aïcha Diallo",
        "TRIAGE_AGENT",
        "agency = \"triage-national\"\ndesks = [\"orientation\"]",
    ),
    ("paul.durand", "Paul Durand", "SUPERVISOR", "territory = [\"56\"]"),
    ("denis.caron", "Denis Caron", "SUPERVISOR", "territory = [\"75\"]"),
    ("ines.fabre", "Inès Fabre", "AUDITOR", ""),
    ("jean.rolland", "Jean Rolland", "ADMINISTRATOR", ""),
];

/// Every member's id.
pub fn members() -> impl Iterator<Item = &'static str> {
    MEMBERS.iter().map(|(id, ..)| *id)
}

/// The private key of a member, or of a stranger: each name has one.
pub fn key(member: &str) -> SigningKey {
    let mut entropy = [0; 32];
    for (index, byte) in member.bytes().enumerate() {
        entropy[index % 32] ^= byte;
    }
    SigningKey::generate(entropy)
}

/// Where the key of a member stands in a test's folder.
pub fn key_file(folder: &Path, member: &str) -> std::path::PathBuf {
    folder.join("keys").join(format!("{member}.pem"))
}

/// Writes everyone's private key below `keys/`, for the programs that read one from a file.
pub fn write_keys(folder: &Path) {
    std::fs::create_dir_all(folder.join("keys")).expect("a folder");
    for member in members().chain(["a.stranger"]) {
        let file = key_file(folder, member);
        std::fs::write(&file, key(member).to_pkcs8_pem().as_bytes()).expect("a file");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).expect("a file's rights");
    }
}

/// The directory, as its file says it.
pub fn directory() -> String {
    let mut text = String::new();
    for (id, enrolment, nir, desks) in AGENCIES {
        write!(
            text,
            "[[agency]]\nid = \"{id}\"\nenrolment = \"{enrolment}\"\nnir_allowed = {nir}\n"
        )
        .expect("a text grows");
        for (desk, benefits) in desks {
            write!(
                text,
                "[[agency.desk]]\nid = \"{desk}\"\nname = \"{desk}\"\nbenefits = [{benefits}]\n"
            )
            .expect("a text grows");
        }
    }
    for (id, name) in ORGANISATIONS {
        write!(
            text,
            "[[organisation]]\nid = \"{id}\"\nname = \"{name}\"\ndepartement = \"56\"\n"
        )
        .expect("a text grows");
    }
    for (id, name, role, place) in MEMBERS {
        let key = key(id).public_base64();
        write!(
            text,
            "[[member]]\nid = \"{id}\"\nname = \"{name}\"\nrole = \"{role}\"\nkeys = [\"{key}\"]\n{place}\n"
        )
        .expect("a text grows");
    }
    text
}

/// A fresh request id.
pub fn fresh() -> String {
    SystemIds.random().to_string()
}

/// The day, in universal time.
pub fn today() -> Date {
    SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// The day in mainland France, which is tomorrow in universal time for an hour or two: the day by which mandates hold there.
pub fn mainland_today() -> Date {
    let zone = jiff::tz::TimeZone::get("Europe/Paris").expect("a zone of every system");
    SystemClock.now().to_zoned(zone).date()
}

/// A case of Jeanne Exemple's: her RSA is not paid in Pontivy, which is the Caf du Morbihan's, desk `solidarite`.
pub fn standard_case() -> v1::OpenCaseRequest {
    v1::OpenCaseRequest {
        request_id: fresh(),
        person: Some(v1::Person {
            given_name: "Jeanne".to_owned(),
            family_name: "Exemple".to_owned(),
            birth_date: "1984-07-14".to_owned(),
            agency_identifier: "1234567".to_owned(),
            nir: NIR.to_owned(),
        }),
        facts: Some(v1::Facts {
            commune: "56178".to_owned(),
            regime: v1::Regime::General.into(),
            benefit: "RSA".to_owned(),
            blockage: "PAYMENT_INCIDENT".to_owned(),
            stage: v1::Stage::Payment.into(),
            ..v1::Facts::default()
        }),
        mandate: Some(v1::Mandate {
            channel: v1::MandateChannel::Signed.into(),
            scope: "RSA, échanges avec la Caf".to_owned(),
            given_on: (today() - 2.days()).to_string(),
            expires_on: (today() + 300.days()).to_string(),
            evidence: "formulaire signé, classeur 3".to_owned(),
            ..v1::Mandate::default()
        }),
        explanation: "RSA non versé depuis le 5 octobre, sans courrier.".to_owned(),
        ..v1::OpenCaseRequest::default()
    }
}

/// A case of two agencies: family benefits of a farmer of Rennes that left the Caf d'Ille-et-Vilaine (ticket 2) for
/// the MSA (ticket 1).
pub fn case_of_two_agencies() -> v1::OpenCaseRequest {
    let mut case = standard_case();
    case.facts = Some(v1::Facts {
        commune: "35238".to_owned(),
        regime: v1::Regime::Agricultural.into(),
        benefit: "AF".to_owned(),
        blockage: "REGIME_TRANSFER".to_owned(),
        seized_body: "caf-35".to_owned(),
        ..v1::Facts::default()
    });
    case
}

/// The same case, opened on another day.
pub fn standard_case_on(today: Date) -> v1::OpenCaseRequest {
    let mut case = standard_case();
    if let Some(mandate) = &mut case.mandate {
        mandate.given_on = (today - 2.days()).to_string();
        mandate.expires_on = (today + 300.days()).to_string();
    }
    case
}

/// A case for an agency that is not enrolled: health insurance in Pontivy, the Cpam du Morbihan's.
pub fn case_of_an_agency_not_enrolled() -> v1::OpenCaseRequest {
    let mut case = standard_case();
    case.facts = Some(v1::Facts {
        commune: "56178".to_owned(),
        regime: v1::Regime::General.into(),
        benefit: "C2S".to_owned(),
        blockage: "NO_REPLY".to_owned(),
        ..v1::Facts::default()
    });
    case
}

/// Opens a case and gives its answer.
pub async fn open(client: &Client, case: v1::OpenCaseRequest) -> v1::OpenCaseResponse {
    client.open_case(case).await.expect("a case that opens")
}

/// The ticket as this client reads it.
pub async fn ticket(client: &Client, name: &str) -> v1::Ticket {
    let request = v1::GetTicketRequest {
        name: name.to_owned(),
    };
    client
        .get_ticket(request)
        .await
        .expect("a ticket that is there")
        .ticket
        .expect("a ticket")
}

/// Everything that happened on a ticket, as this client reads it.
pub async fn events(client: &Client, name: &str) -> Vec<v1::TicketEvent> {
    let request = v1::ListEventsRequest {
        parent: name.to_owned(),
        page_size: 200,
        page_token: String::new(),
    };
    client
        .list_events(request)
        .await
        .expect("a ticket that is there")
        .events
}
