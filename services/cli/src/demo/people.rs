//! The invented people and bodies of the demo, and the directory file a hub reads them from.

use std::fmt::Write as _;

/// Somebody of the demo, or something: a connector is a member too.
pub struct Member {
    /// Also the name of its key file, and the subject of its tokens.
    pub id: &'static str,
    pub name: &'static str,
    pub role: Role,
}

/// What a member is, and where.
#[derive(Clone, Copy)]
pub enum Role {
    SocialWorker(&'static str),
    OrganisationManager(&'static str),
    /// Of an agency and one of its desks.
    Agent(&'static str, &'static str),
    TriageAgent(&'static str, &'static str),
    Connector(&'static str),
    Supervisor,
    Auditor,
}

/// An organisation where social workers belong. All work in the Morbihan.
pub struct Organisation {
    pub id: &'static str,
    pub name: &'static str,
    /// Sees every case of the organisation: the demo shows what this member is told.
    pub manager: &'static str,
}

/// An agency, with one desk.
pub struct Agency {
    pub id: &'static str,
    /// Shorter than in the tables, where they have a long one; empty for the name of the tables.
    pub name: &'static str,
    pub desk: (&'static str, &'static str),
    pub enrolment: Enrolment,
    /// The agent its software names, or who works at its desk.
    pub agent: &'static str,
    pub nir_allowed: bool,
}

/// How an agency receives.
#[derive(PartialEq, Eq)]
pub enum Enrolment {
    /// Its own software, through a connector.
    Connector,
    /// People who look at their list.
    Console,
}

pub const AUDITOR: &str = "ines.fabre";
pub const SUPERVISOR: &str = "paul.durand";

pub const ORGANISATIONS: [Organisation; 2] = [
    Organisation {
        id: "ccas-pontivy",
        name: "CCAS de Pontivy",
        manager: "nadia.benali",
    },
    Organisation {
        id: "france-services-gourin",
        name: "France Services Gourin",
        manager: "yves.morvan",
    },
];

pub const AGENCIES: [Agency; 6] = [
    Agency {
        id: "caf-56",
        name: "",
        desk: ("solidarite", "Solidarité"),
        enrolment: Enrolment::Connector,
        agent: "claire.morel",
        nir_allowed: true,
    },
    Agency {
        id: "carsat-bretagne",
        name: "",
        desk: ("retraite", "Retraite"),
        enrolment: Enrolment::Connector,
        agent: "lea.robert",
        nir_allowed: true,
    },
    Agency {
        id: "msa-portes-de-bretagne",
        name: "",
        desk: ("social", "Social"),
        enrolment: Enrolment::Connector,
        agent: "ali.kerr",
        nir_allowed: true,
    },
    Agency {
        id: "dep-56",
        name: "",
        desk: ("aides", "Aides"),
        enrolment: Enrolment::Connector,
        agent: "leo.roy",
        nir_allowed: false,
    },
    Agency {
        id: "triage-56",
        name: "Tri du Morbihan",
        desk: ("tri", "Tri du Morbihan"),
        enrolment: Enrolment::Console,
        agent: "erwan.le-roux",
        nir_allowed: false,
    },
    // The desk of last resort: it must exist and have an active agent.
    Agency {
        id: "triage-national",
        name: "Tri national",
        desk: ("tri", "Tri national"),
        enrolment: Enrolment::Console,
        agent: "aicha.diallo",
        nir_allowed: false,
    },
];

pub const MEMBERS: [Member; 17] = [
    member(
        "camille.martin",
        "Camille Martin",
        Role::SocialWorker("ccas-pontivy"),
    ),
    member("yann.le-goff", "Yann Le Goff", Role::SocialWorker("ccas-pontivy")),
    member(
        "nadia.benali",
        "Nadia Benali",
        Role::OrganisationManager("ccas-pontivy"),
    ),
    member("rose.ly", "Rose Ly", Role::SocialWorker("france-services-gourin")),
    member(
        "yves.morvan",
        "Yves Morvan",
        Role::OrganisationManager("france-services-gourin"),
    ),
    member(
        "connector.caf-56",
        "Connecteur de la Caf du Morbihan",
        Role::Connector("caf-56"),
    ),
    member(
        "claire.morel",
        "Claire Morel",
        Role::Agent("caf-56", "solidarite"),
    ),
    member(
        "connector.carsat-bretagne",
        "Connecteur de la Carsat Bretagne",
        Role::Connector("carsat-bretagne"),
    ),
    member(
        "lea.robert",
        "Léa Robert",
        Role::Agent("carsat-bretagne", "retraite"),
    ),
    member(
        "connector.msa-portes-de-bretagne",
        "Connecteur de la MSA Portes de Bretagne",
        Role::Connector("msa-portes-de-bretagne"),
    ),
    member(
        "ali.kerr",
        "Ali Kerr",
        Role::Agent("msa-portes-de-bretagne", "social"),
    ),
    member(
        "connector.dep-56",
        "Connecteur du Département du Morbihan",
        Role::Connector("dep-56"),
    ),
    member("leo.roy", "Léo Roy", Role::Agent("dep-56", "aides")),
    member(
        "erwan.le-roux",
        "Erwan Le Roux",
        Role::TriageAgent("triage-56", "tri"),
    ),
    member(
        "aicha.diallo",
        "Aïcha Diallo",
        Role::TriageAgent("triage-national", "tri"),
    ),
    member("paul.durand", "Paul Durand", Role::Supervisor),
    member("ines.fabre", "Inès Fabre", Role::Auditor),
];

impl Agency {
    /// The member its connector speaks as.
    pub fn connector(&self) -> String {
        format!("connector.{}", self.id)
    }
}

/// Agencies that receive through a connector.
pub fn connected() -> impl Iterator<Item = &'static Agency> {
    AGENCIES
        .iter()
        .filter(|agency| agency.enrolment == Enrolment::Connector)
}

/// Desks where people route by hand.
pub fn triage_desks() -> impl Iterator<Item = &'static Agency> {
    AGENCIES
        .iter()
        .filter(|agency| agency.enrolment == Enrolment::Console)
}

/// Everybody who has a screen: all but the agencies' own clients.
pub fn with_a_screen() -> impl Iterator<Item = &'static Member> {
    MEMBERS
        .iter()
        .filter(|member| !matches!(member.role, Role::Connector(_)))
}

/// The directory file, with the public key of each member.
pub fn directory(public_key: impl Fn(&str) -> String) -> String {
    let mut file = String::from(
        "# The invented people of the demo. deploy/directory.example.toml explains every key.\n",
    );
    let mut put = |line: std::fmt::Arguments<'_>| {
        let _infallible = file.write_fmt(line);
    };
    for agency in &AGENCIES {
        let enrolment = match agency.enrolment {
            Enrolment::Connector => "CONNECTOR",
            Enrolment::Console => "CONSOLE",
        };
        put(format_args!(
            "\n[[agency]]\nid = {:?}\nenrolment = {enrolment:?}\n",
            agency.id
        ));
        put(format_args!("nir_allowed = {}\n", agency.nir_allowed));
        if !agency.name.is_empty() {
            put(format_args!("name = {:?}\n", agency.name));
        }
        put(format_args!(
            "\n[[agency.desk]]\nid = {:?}\nname = {:?}\n",
            agency.desk.0, agency.desk.1
        ));
    }
    for organisation in &ORGANISATIONS {
        let (id, name) = (organisation.id, organisation.name);
        put(format_args!(
            "\n[[organisation]]\nid = {id:?}\nname = {name:?}\ndepartement = \"56\"\n"
        ));
    }
    for member in &MEMBERS {
        put(format_args!(
            "\n[[member]]\nid = {:?}\nname = {:?}\n{}",
            member.id,
            member.name,
            place(member.role)
        ));
        put(format_args!("keys = [{:?}]\n", public_key(member.id)));
    }
    file
}

fn place(role: Role) -> String {
    match role {
        Role::SocialWorker(organisation) => {
            format!("role = \"SOCIAL_WORKER\"\norganisation = {organisation:?}\n")
        }
        Role::OrganisationManager(organisation) => {
            format!("role = \"ORGANISATION_MANAGER\"\norganisation = {organisation:?}\n")
        }
        Role::Agent(agency, desk) => format!("role = \"AGENT\"\nagency = {agency:?}\ndesks = [{desk:?}]\n"),
        Role::TriageAgent(agency, desk) => {
            format!("role = \"TRIAGE_AGENT\"\nagency = {agency:?}\ndesks = [{desk:?}]\n")
        }
        Role::Connector(agency) => format!("role = \"CONNECTOR\"\nagency = {agency:?}\n"),
        Role::Supervisor => "role = \"SUPERVISOR\"\nterritory = [\"56\"]\n".to_owned(),
        Role::Auditor => "role = \"AUDITOR\"\n".to_owned(),
    }
}

const fn member(id: &'static str, name: &'static str, role: Role) -> Member {
    Member { id, name, role }
}
