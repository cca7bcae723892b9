//! Legal regimes as data: exemptions, clocks, review terms, regulator and letter wording. No section number stands in code.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::calendar::Calendar;
use super::keys::nearest_few;

/// Whether a public interest test follows once an exemption is engaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExemptionKind {
    /// No test.
    Absolute,
    /// Withheld only if maintaining the exemption outweighs disclosure.
    Qualified,
    /// As qualified, in regimes that call it conditional or discretionary.
    Conditional,
}

impl ExemptionKind {
    /// Whether the letter needs arguments and a balance.
    pub fn needs_test(self) -> bool {
        !matches!(self, Self::Absolute)
    }
    /// The word that letters and lists use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Absolute => "absolute",
            Self::Qualified => "qualified",
            Self::Conditional => "conditional",
        }
    }
}

/// What engages an exemption.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// The information is of a kind.
    Class,
    /// Harm would or would be likely to follow.
    Prejudice,
    /// Harm would follow (environmental information).
    AdverseEffect,
}

impl Basis {
    /// The word that lists use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Class => "class",
            Self::Prejudice => "prejudice",
            Self::AdverseEffect => "adverse effect",
        }
    }
}

/// What must be said beside the exemption itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Need {
    /// The reasonable opinion of a qualified person.
    QualifiedPerson,
    /// The other law that forbids disclosure.
    Enactment,
    /// That this authority has the functions which the exemption protects.
    Functions,
    /// The harm that is reasonably foreseen.
    ForeseeableHarm,
    /// The lawful-basis balance for personal data.
    PersonalData,
    /// Who is completing the material, and when.
    Completion,
}

/// One ground to withhold.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// Code within the preset (`s33`).
    pub code: String,
    /// As a letter cites it (`section 33`).
    pub cite: String,
    /// Title in the law.
    pub title: String,
    /// Absolute, qualified or conditional.
    pub kind: ExemptionKind,
    /// Class or prejudice.
    pub basis: Basis,
    /// Sub-provisions that can be relied on (`(2)`).
    #[serde(default)]
    pub limbs: Vec<String>,
    /// Whether a limb must be named.
    #[serde(default)]
    pub limb_required: bool,
    /// The limb under which the authority neither confirms nor denies.
    pub ncnd_limb: Option<String>,
    /// How likely the harm must be, in the words of the law.
    #[serde(default)]
    pub likelihood_terms: Vec<String>,
    /// What the law calls the harm.
    #[serde(default)]
    pub harm_word: String,
    /// What disclosure does to the interest, where "cause ... to" is not how the law says it (`endanger`).
    pub harm_verb: Option<String>,
    /// What must be said beside it.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Age of a record in years after which it no longer applies.
    pub expires_after_years: Option<u32>,
    /// What it protects, in plain words.
    pub protects: String,
}

/// A ground to refuse the request as a whole; no exemption, no test.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusalGround {
    /// Code within the preset.
    pub code: String,
    /// As a letter cites it.
    pub cite: String,
    /// Title in the law.
    pub title: String,
    /// `cost`, `vexatious`, `repeated` or `not-held`.
    pub ground: String,
}

/// The body that hears complaints.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regulator {
    /// Name.
    pub name: String,
    /// Short name.
    pub short: String,
    /// Postal address, line by line.
    pub address: Vec<String>,
    /// Where to complain.
    pub url: String,
}

/// Reconsideration by the authority itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewTerms {
    /// What the regime calls it.
    pub name: String,
    /// Whether the authority must offer it.
    pub mandatory: bool,
    /// Time for asking.
    pub within: String,
    /// Time for answering.
    pub answered_in: String,
}

/// Where a decision of the regulator can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appeal {
    /// Name.
    pub name: String,
    /// What it does, in a sentence that names it; `{regulator}` stands for the regulator.
    pub text: String,
}

/// One legal regime.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preset {
    /// Stable id (`uk-foia-2000`).
    pub id: String,
    /// Version of the data.
    pub version: String,
    /// Where the data comes from and how far it was checked.
    pub source_note: String,
    /// Lawyer who checked it; empty: nobody yet.
    pub checked_by: String,
    /// When.
    pub checked_on: String,
    /// Full name of the law.
    pub regime_name: String,
    /// Short name.
    pub regime_short: String,
    /// Prefix that makes codes unique across regimes.
    pub prefix: String,
    /// Language of letters (BCP 47).
    pub language: String,
    /// `exemption` or `exception`.
    pub ground_word: String,
    /// `section`, `regulation`, `Article`.
    pub provision_word: String,
    /// Calendar of working days.
    pub calendar: String,
    /// Time for answering, counted from the day after receipt.
    pub response_days: u32,
    /// `working days` or `days`.
    pub response_unit: String,
    /// Whether more time may be taken.
    pub extension_allowed: bool,
    /// How much more, in the same unit.
    pub extension_days: u32,
    /// Offence of altering requested records; empty if the regime has none.
    pub record_offence: String,
    /// Words that mark arguments which do not count.
    pub irrelevant: Vec<String>,
    /// Who hears complaints.
    pub regulator: Regulator,
    /// Reconsideration by the authority.
    pub review: ReviewTerms,
    /// Further appeals.
    #[serde(default)]
    pub appeal: Vec<Appeal>,
    /// Sentences of the letter.
    pub wording: BTreeMap<String, String>,
    /// Grounds to withhold.
    #[serde(default)]
    pub exemption: Vec<Exemption>,
    /// Grounds to refuse the request as a whole.
    #[serde(default)]
    pub refusal: Vec<RefusalGround>,
    /// SHA-256 of the preset file.
    #[serde(skip)]
    pub digest: String,
}

/// An exemption with the limb relied on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Citation {
    /// Code with the prefix of its regime (`foia-s33`).
    pub code: String,
    /// Limb (`(2)`).
    pub limb: Option<String>,
}

impl std::fmt::Display for Citation {
    /// The form used in plans, schedules and records: `foia-s33(2)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.code)?;
        match &self.limb {
            Some(limb) if limb.starts_with('(') => f.write_str(limb),
            Some(limb) => write!(f, ", {limb}"),
            None => Ok(()),
        }
    }
}

/// A code that the preset does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{code}` is no {ground} of the preset {preset}; nearest: {nearest}")]
pub struct UnknownExemption {
    /// As written, made printable.
    pub code: String,
    /// `exemption` or `exception`.
    pub ground: String,
    /// Preset id.
    pub preset: String,
    /// The nearest codes, comma separated.
    pub nearest: String,
}

const EMBEDDED: &[&str] = &[
    include_str!("../../presets/uk-foia-2000.toml"),
    include_str!("../../presets/uk-eir-2004.toml"),
    include_str!("../../presets/uk-foisa-2002.toml"),
    include_str!("../../presets/us-foia.toml"),
    include_str!("../../presets/ca-atia.toml"),
    include_str!("../../presets/au-foi-1982.toml"),
    include_str!("../../presets/eu-1049-2001.toml"),
];

/// All presets that ship, in a fixed order.
pub fn presets() -> &'static [Preset] {
    static ALL: LazyLock<Vec<Preset>> = LazyLock::new(|| {
        let read = |text: &&str| {
            let mut preset: Preset = toml::from_str(text).expect("embedded presets parse: tested below");
            preset.digest = crate::model::sha256_hex(text.as_bytes());
            preset
        };
        EMBEDDED.iter().map(read).collect()
    });
    &ALL
}

impl Preset {
    /// The preset of an id.
    pub fn by_id(id: &str) -> Option<&'static Preset> {
        presets().iter().find(|preset| preset.id == id)
    }

    /// What stands in for the law when the case names none: a named gap wherever a letter would speak of it.
    pub fn absent() -> &'static Preset {
        static ABSENT: LazyLock<Preset> = LazyLock::new(|| {
            let gap = || "[GAP: case.preset]".to_owned();
            Preset {
                id: String::new(),
                version: String::new(),
                source_note: String::new(),
                checked_by: String::new(),
                checked_on: String::new(),
                regime_name: gap(),
                regime_short: gap(),
                prefix: "?".to_owned(),
                language: "en-GB".to_owned(),
                ground_word: "exemption".to_owned(),
                provision_word: "provision".to_owned(),
                calendar: String::new(),
                response_days: 0,
                response_unit: "days".to_owned(),
                extension_allowed: false,
                extension_days: 0,
                record_offence: String::new(),
                irrelevant: Vec::new(),
                regulator: Regulator { name: gap(), short: gap(), address: Vec::new(), url: gap() },
                review: ReviewTerms { name: gap(), mandatory: false, within: gap(), answered_in: gap() },
                appeal: Vec::new(),
                wording: presets().iter().flat_map(|preset| preset.wording.keys()).map(|key| (key.clone(), gap())).collect(),
                exemption: Vec::new(),
                refusal: Vec::new(),
                digest: String::new(),
            }
        });
        &ABSENT
    }

    /// The exemption and limb that a text names: `s33(2)`, `foia-s33(2)`, `s33`.
    ///
    /// # Errors
    /// [`UnknownExemption`] with the nearest codes when the code or the limb is not in the preset.
    pub fn exemption(&self, text: &str) -> Result<(&Exemption, Citation), UnknownExemption> {
        let wanted = normal(text);
        let wanted = wanted.strip_prefix(&format!("{}-", self.prefix)).unwrap_or(&wanted);
        let unknown = || UnknownExemption {
            code: crate::model::printable(text),
            ground: self.ground_word.clone(),
            preset: self.id.clone(),
            nearest: nearest_few(wanted, self.codes().iter().map(String::as_str), 3).join(", "),
        };
        let mut best: Option<(&Exemption, Option<String>)> = None;
        for exemption in &self.exemption {
            let Some(rest) = wanted.strip_prefix(&normal(&exemption.code)) else { continue };
            let rest = rest.trim_start_matches(',');
            let limb = exemption.limbs.iter().find(|limb| normal(limb) == rest).cloned();
            let longer = best.as_ref().is_none_or(|(known, _)| known.code.len() < exemption.code.len());
            if (rest.is_empty() || limb.is_some()) && longer {
                best = Some((exemption, limb));
            }
        }
        let (exemption, limb) = best.ok_or_else(unknown)?;
        Ok((exemption, Citation { code: format!("{}-{}", self.prefix, exemption.code), limb }))
    }

    /// The exemption that a citation names; `None` when the citation is of another preset.
    pub fn cited(&self, citation: &Citation) -> Option<&Exemption> {
        let code = citation.code.strip_prefix(self.prefix.as_str())?.strip_prefix('-')?;
        self.exemption.iter().find(|exemption| exemption.code == code)
    }

    /// How a letter writes a citation: `section 33(2)`.
    pub fn cite(&self, citation: &Citation) -> String {
        let Some(exemption) = self.cited(citation) else { return citation.to_string() };
        match &citation.limb {
            Some(limb) if limb.starts_with('(') => format!("{}{limb}", exemption.cite),
            Some(limb) if limb.starts_with("and ") => format!("{} {limb}", exemption.cite),
            Some(limb) => format!("{}, {limb}", exemption.cite),
            None => exemption.cite.clone(),
        }
    }

    /// Every code, limbs included where one must be named, without prefix: for drop-downs and messages.
    pub fn codes(&self) -> Vec<String> {
        let mut out = Vec::new();
        for exemption in &self.exemption {
            if !exemption.limb_required {
                out.push(exemption.code.clone());
            }
            for limb in &exemption.limbs {
                out.push(Citation { code: exemption.code.clone(), limb: Some(limb.clone()) }.to_string());
            }
        }
        out
    }

    /// A sentence of the letter, with its `{fields}` filled in.
    pub fn say(&self, key: &str, fields: &[(&str, &str)]) -> String {
        let mut text = self.wording.get(key).cloned().unwrap_or_default();
        for (name, value) in fields {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// The calendar in which this regime counts.
    pub fn working_days(&self) -> Option<&'static Calendar> {
        Calendar::by_id(&self.calendar)
    }
}

/// Codes compare without case, spaces and a typed-out `section`.
fn normal(text: &str) -> String {
    let text: String = text.to_lowercase().chars().filter(|character| !character.is_whitespace()).collect();
    for (word, short) in [("section", "s"), ("regulation", "r"), ("article", "a")] {
        if let Some(rest) = text.strip_prefix(word) {
            return format!("{short}{rest}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_parses_and_is_whole() {
        let ids: Vec<&str> = presets().iter().map(|preset| preset.id.as_str()).collect();
        assert_eq!(ids, ["uk-foia-2000", "uk-eir-2004", "uk-foisa-2002", "us-foia", "ca-atia", "au-foi-1982", "eu-1049-2001"]);
        for preset in presets() {
            assert!(preset.working_days().is_some(), "{}", preset.id);
            assert!(preset.digest.len() == 64 && !preset.exemption.is_empty());
            for key in [
                "test_name",
                "test_rule",
                "test_rule_several",
                "absolute_rule",
                "duty",
                "review",
                "review_none",
                "regulator",
                "regulator_heading",
                "extension",
                "cost",
                "vexatious",
                "repeated",
                "ncnd",
            ] {
                assert!(preset.wording.get(key).is_some_and(|text| !text.is_empty()), "{} {key}", preset.id);
            }
            assert!(!preset.appeal.is_empty() && preset.appeal.iter().all(|appeal| appeal.text.contains(&appeal.name)), "{}", preset.id);
            for code in preset.codes() {
                let (exemption, citation) = preset.exemption(&code).unwrap();
                assert_eq!(preset.exemption(&citation.to_string()).unwrap().1, citation, "{code}");
                assert_eq!(exemption.basis != Basis::Class, !exemption.likelihood_terms.is_empty(), "{} {code}", preset.id);
            }
        }
    }

    #[test]
    fn prefixes_keep_codes_of_two_regimes_apart() {
        let mut prefixes: Vec<&str> = presets().iter().map(|preset| preset.prefix.as_str()).collect();
        prefixes.sort_unstable();
        prefixes.dedup();
        assert_eq!(prefixes.len(), presets().len());
        let foisa = Preset::by_id("uk-foisa-2002").unwrap();
        let foia = Preset::by_id("uk-foia-2000").unwrap();
        let (_, citation) = foia.exemption("s33(2)").unwrap();
        assert!(foisa.cited(&citation).is_none());
    }

    #[test]
    fn codes_are_read_as_people_write_them_and_unknown_ones_name_the_nearest() {
        let preset = Preset::by_id("uk-foia-2000").unwrap();
        for text in ["s33(2)", "S33 (2)", "section 33(2)", "foia-s33(2)"] {
            let (exemption, citation) = preset.exemption(text).unwrap();
            assert_eq!(
                (exemption.code.as_str(), citation.to_string().as_str(), preset.cite(&citation).as_str()),
                ("s33", "foia-s33(2)", "section 33(2)")
            );
        }
        assert_eq!(preset.exemption("s40(2)").unwrap().0.code, "s40(2)");
        assert_eq!(preset.exemption("s36(2)(b)(ii)").unwrap().1.limb.as_deref(), Some("(2)(b)(ii)"));
        let error = preset.exemption("s33(9)").unwrap_err().to_string();
        assert!(error.contains("`s33(9)` is no exemption of the preset uk-foia-2000; nearest: s33(2), s33(3)"), "{error}");
        let eu = Preset::by_id("eu-1049-2001").unwrap();
        let (_, citation) = eu.exemption("a4(2), third indent").unwrap();
        assert_eq!(eu.cite(&citation), "Article 4(2), third indent");
    }
}
