//! What happens in the demo: twelve invented cases on real communes, and what each of their people says.
//!
//! The inputs are files of `declic case open --input`; everything else the people say is here.

/// One case and its story.
pub struct Case {
    /// Name of the input file.
    pub file: &'static str,
    /// The input, as shipped.
    pub input: &'static str,
    /// Family name of its person: how an agency's software finds its own file.
    pub person: &'static str,
    /// The social worker who opens it.
    pub opener: &'static str,
    /// What she answers to each item an agency asks for.
    pub reply: &'static str,
    /// What is not settled after the first closing; empty when it is.
    pub unsettled: &'static str,
    /// What each agency has to say, in order.
    pub agencies: &'static [(&'static str, &'static [Turn])],
}

/// One thing an agency says.
pub enum Turn {
    /// Asks the social worker for a document.
    Ask { label: &'static str, why: &'static str },
    /// Finds in its own files that the person is of the agricultural regime.
    Agricultural { message: &'static str },
    /// Decides.
    Resolve { outcome: Outcome, message: &'static str },
    /// Triage: sends it to an agency.
    Route {
        agency: &'static str,
        reason: &'static str,
    },
    /// Triage: reached an agency that is not enrolled by its usual channel, writes down how, and gives its answer.
    Reach {
        channel: Channel,
        said: &'static str,
        outcome: Outcome,
        message: &'static str,
    },
}

/// How an agency of the demo is reached outside of Déclic.
#[derive(Clone, Copy)]
pub enum Channel {
    Telephone,
    Email,
}

/// What an agency of the demo decides.
#[derive(Clone, Copy)]
pub enum Outcome {
    RightRestored,
    ErrorCorrected,
    DecisionExplained,
}

const CAMILLE: &str = "camille.martin";
const ROSE: &str = "rose.ly";

macro_rules! case {
    ($file:literal, $person:literal, $opener:ident, $($field:ident: $value:expr),* $(,)?) => {
        Case {
            file: $file,
            input: include_str!(concat!("cases/", $file)),
            person: $person,
            opener: $opener,
            $($field: $value,)*
            ..QUIET
        }
    };
}

const QUIET: Case = Case {
    file: "",
    input: "",
    person: "",
    opener: "",
    reply: "",
    unsettled: "",
    agencies: &[],
};

pub const CASES: [Case; 12] = [
    case! { "01-pontivy-rsa.json", "Kerivel", CAMILLE,
        agencies: &[("caf-56", &[restored(
            "Le contrôle est terminé, rien n’est reproché à Madame. Le RSA est rétabli depuis octobre, le rappel est \
             versé sous huit jours.",
        )])],
    },
    // Opened as general regime: the Caf knows better, and routing sends the rest of the story to the MSA.
    case! { "02-locmine-rsa.json", "Le Bihan", CAMILLE,
        agencies: &[
            ("caf-56", &[Turn::Agricultural {
                message: "Madame est salariée agricole depuis mars : c’est la MSA qui verse.",
            }]),
            ("msa-portes-de-bretagne", &[restored("Le RSA est ouvert à compter de septembre, premier versement le 5.")]),
        ],
    },
    case! { "03-vannes-retraite.json", "Tanguy", CAMILLE,
        reply: "Le relevé est redonné ce jour, avec la preuve des deux envois précédents.",
        agencies: &[("carsat-bretagne", &[
            Turn::Ask {
                label: "Relevé de situation individuelle complet",
                why: "Les années 1984 à 1986 ne sont pas lisibles sur la copie reçue.",
            },
            restored("Le relevé est complet. La retraite est liquidée au 1er décembre."),
        ])],
    },
    case! { "04-ploermel-deux-regimes.json", "Rouxel", CAMILLE,
        agencies: &[
            ("carsat-bretagne", &[restored("La Carsat liquide l’ensemble ; les trimestres agricoles sont repris.")]),
            ("msa-portes-de-bretagne", &[corrected("Quinze années transmises à la Carsat, dossier clos à la MSA.")]),
        ],
    },
    // The Cpam is not enrolled: the triage desk of the Morbihan reaches it by telephone.
    case! { "05-lorient-indemnites.json", "Haddad", CAMILLE,
        agencies: &[("triage-56", &[Turn::Reach {
            channel: Channel::Telephone,
            said: "La ligne des partenaires de la Cpam retrouve le dossier.",
            outcome: Outcome::RightRestored,
            message: "La Cpam avait un ancien RIB. Il est corrigé, le virement part demain.",
        }])],
    },
    case! { "06-auray-prime-activite.json", "Guillemot", CAMILLE,
        unsettled: "L’explication ne correspond pas : Madame vit seule, aucun revenu du conjoint n’est à compter.",
        agencies: &[("caf-56", &[
            Turn::Resolve {
                outcome: Outcome::DecisionExplained,
                message: "La baisse vient des revenus du conjoint déclarés au troisième trimestre.",
            },
            corrected("Séparation non prise en compte : le dossier est corrigé, 420 euros sont versés."),
        ])],
    },
    case! { "07-ploermel-apa.json", "Jouan", CAMILLE,
        agencies: &[("dep-56", &[restored("Visite d’évaluation fixée, plan d’aide provisoire ouvert dès lundi.")])],
    },
    case! { "08-gourin-retraite-agricole.json", "Quéméner", ROSE,
        agencies: &[("msa-portes-de-bretagne", &[corrected("Dossier retrouvé à l’antenne, enregistré à sa date de juin.")])],
    },
    // Nobody knows the regime: a person decides.
    case! { "09-baud-logement.json", "Costa", CAMILLE,
        agencies: &[
            ("triage-56", &[Turn::Route {
                agency: "agencies/caf-56",
                reason: "Madame est en intérim depuis juin : régime général, vu avec la Caf.",
            }]),
            ("caf-56", &[restored("Le renouvellement est fait, l’aide est versée depuis juillet.")]),
        ],
    },
    // Across the border of the département, where nobody is enrolled: the national desk answers.
    case! { "10-redon-allocations.json", "Ndiaye", CAMILLE,
        agencies: &[("triage-national", &[Turn::Reach {
            channel: Channel::Email,
            said: "La Caf d’Ille-et-Vilaine répond par courriel sécurisé.",
            outcome: Outcome::ErrorCorrected,
            message: "Le troisième enfant est rattaché, le rappel est versé depuis août.",
        }])],
    },
    case! { "11-hennebont-fsl.json", "Perrot", CAMILLE,
        agencies: &[("dep-56", &[restored("Aide accordée, le fournisseur est prévenu : la coupure est levée.")])],
    },
    case! { "12-le-palais-carriere.json", "Samzun", ROSE,
        agencies: &[("carsat-bretagne", &[corrected("Les trois saisons sont reportées au relevé de carrière.")])],
    },
];

/// What an agency has to say about a person's ticket at this point of it: the turn after those already taken.
pub fn turn(agency: &str, person: &str, taken: usize) -> Option<&'static Turn> {
    let case = CASES.iter().find(|case| case.person == person)?;
    let (_, turns) = case.agencies.iter().find(|(id, _)| *id == agency)?;
    turns.get(taken)
}

impl Outcome {
    /// Its name in the contract, without the prefix.
    pub fn name(self) -> &'static str {
        match self {
            Self::RightRestored => "RIGHT_RESTORED",
            Self::ErrorCorrected => "ERROR_CORRECTED",
            Self::DecisionExplained => "DECISION_EXPLAINED",
        }
    }
}

const fn restored(message: &'static str) -> Turn {
    Turn::Resolve {
        outcome: Outcome::RightRestored,
        message,
    }
}

const fn corrected(message: &'static str) -> Turn {
    Turn::Resolve {
        outcome: Outcome::ErrorCorrected,
        message,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::people::{AGENCIES, MEMBERS};
    use super::*;
    use crate::case_file::SCHEMA;

    #[test]
    fn every_shipped_case_is_an_input_of_case_open_whose_people_exist() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
        for case in &CASES {
            let input: Value = serde_json::from_str(case.input).expect("JSON");
            assert!(validator.is_valid(&input), "{}", case.file);
            assert_eq!(input["person"]["family_name"], case.person, "{}", case.file);
            assert!(
                MEMBERS.iter().any(|member| member.id == case.opener),
                "{}",
                case.opener
            );
            for (agency, turns) in case.agencies {
                assert!(AGENCIES.iter().any(|known| known.id == *agency), "{agency}");
                assert!(!turns.is_empty(), "{agency} has nothing to say of {}", case.file);
            }
        }
        let people: std::collections::BTreeSet<_> = CASES.iter().map(|case| case.person).collect();
        assert_eq!(
            people.len(),
            CASES.len(),
            "an agency finds its file by the family name"
        );
    }
}
