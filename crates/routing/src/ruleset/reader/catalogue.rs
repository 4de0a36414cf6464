//! Powers, benefits and blockages.

use std::collections::BTreeMap;

use crate::catalogue::{Benefit, Blockage};
use crate::ruleset::problem::Problem;
use crate::ruleset::source::{self, Words};
use crate::ruleset::text::typeset;
use crate::ruleset::what::What;
use crate::ruleset::words::{CONFIDENCES, DOMICILES, LEADS, unknown, unknown_of};
use crate::ruleset::{BenefitRule, BlockageRule, Domicile, Power};

use super::Reader;
use super::conditions::STAGE_VALUES;

impl Reader<'_> {
    pub(super) fn powers(&mut self, powers: &BTreeMap<Words, source::Power>) -> Vec<Power> {
        let mut read = Vec::new();
        for (name, written) in powers {
            let domicile = written
                .domicile
                .as_ref()
                .and_then(|word| self.word(What::Domicile, word, &DOMICILES));
            read.push(Power {
                name: name.get_ref().clone(),
                about: set(written.about.as_ref().or(Some(name))),
                by_relief: domicile == Some(Domicile::Relief),
                rules: Vec::new(),
            });
        }
        read
    }

    pub(super) fn benefits(
        &mut self,
        benefits: &BTreeMap<Words, source::Benefit>,
    ) -> Vec<Option<BenefitRule>> {
        let mut read: Vec<_> = Benefit::all().iter().map(|_| None).collect();
        for (code, written) in benefits {
            let known = Benefit::all().iter().find(|known| known.code == code.get_ref());
            match known {
                Some(benefit) => read[benefit.position] = self.benefit(written),
                None => self.fault(code.span(), unknown_benefit(code.get_ref())),
            }
        }
        read
    }

    fn benefit(&mut self, written: &source::Benefit) -> Option<BenefitRule> {
        let domicile = match &written.domicile {
            Some(word) => self.word(What::Domicile, word, &DOMICILES),
            None => Some(Domicile::Residence),
        };
        let decides = written.decides.as_ref().and_then(|word| self.power(word));
        let pays = written.pays.as_ref().map(|word| self.power(word));
        let upstream = written.upstream.as_ref().map(|word| self.power(word));
        let confidence = written
            .confidence
            .as_ref()
            .and_then(|word| self.word(What::Confidence, word, &CONFIDENCES));
        for shown in [&written.law, &written.note, &written.would_change] {
            self.plain(shown.as_ref());
        }
        let mut stages: Vec<_> = Blockage::all().iter().map(|_| None).collect();
        let mut other_stages = None;
        for (blockage, word) in &written.stage {
            let stage = self.word(What::Stage, word, &STAGE_VALUES);
            match blockage.get_ref().as_str() {
                "others" => other_stages = stage,
                code => match Blockage::all().iter().find(|known| known.code == code) {
                    Some(known) => stages[known.position] = stage,
                    None => self.fault(blockage.span(), unknown_blockage(code)),
                },
            }
        }
        Some(BenefitRule {
            domicile: domicile?,
            decides: decides?,
            pays: match pays {
                Some(pays) => Some(pays?),
                None => None,
            },
            law: set(written.law.as_ref()),
            confidence: confidence?,
            note: set(written.note.as_ref()),
            would_change: set(written.would_change.as_ref()),
            upstream: match upstream {
                Some(upstream) => Some(upstream?),
                None => None,
            },
            stages,
            other_stages,
        })
    }

    pub(super) fn blockages(
        &mut self,
        blockages: &BTreeMap<Words, source::Blockage>,
    ) -> Vec<Option<BlockageRule>> {
        let mut read: Vec<_> = Blockage::all().iter().map(|_| None).collect();
        for (code, written) in blockages {
            let known = Blockage::all().iter().find(|known| known.code == code.get_ref());
            match known {
                Some(blockage) => read[blockage.position] = self.blockage(written),
                None => self.fault(code.span(), unknown_blockage(code.get_ref())),
            }
        }
        read
    }

    fn blockage(&mut self, written: &source::Blockage) -> Option<BlockageRule> {
        let first = written.first.as_ref().and_then(|word| self.power(word));
        let by_payer = written.by_payer.as_ref().and_then(|word| self.power(word));
        self.plain(written.reason.as_ref());
        let leads_to = written.leads_to.as_ref();
        let leads_to = leads_to.and_then(|word| self.word(What::Lead, word, &LEADS))?;
        Some(BlockageRule {
            leads_to,
            first,
            by_payer,
            reason: set(written.reason.as_ref()),
        })
    }
}

/// A text as people read it, empty when it is not there.
pub(super) fn set(words: Option<&Words>) -> String {
    words.map(|words| typeset(words.get_ref())).unwrap_or_default()
}

pub(super) fn unknown_benefit(code: &str) -> Problem {
    let codes = Benefit::all().iter();
    unknown_of(
        What::Benefit,
        code,
        codes.map(|benefit| (benefit.code, benefit.name_fr)),
    )
}

fn unknown_blockage(code: &str) -> Problem {
    let codes: Vec<&str> = Blockage::all().iter().map(|blockage| blockage.code).collect();
    unknown(What::Blockage, code, &codes)
}
