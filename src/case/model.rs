//! What a case file says. Nothing here is guessed: what the officer did not write is absent.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::preset::Citation;
use crate::model::{FindingKind, Stage};

/// A whole case file. Every field may be absent; [`Case::missing_for_letter`](super::Case::missing_for_letter) says what the letter needs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    /// `case.reference`.
    pub reference: Option<String>,
    /// `case.preset`: id of a legal regime.
    pub preset: Option<String>,
    /// `case.two_people`: decider and approver must differ. On unless the file says otherwise.
    pub two_people: bool,
    /// `[[report]]`.
    pub reports: Vec<Report>,
    /// `[request]`.
    pub request: Request,
    /// `[response]`.
    pub response: Response,
    /// `[search]`.
    pub search: Search,
    /// `[authority]`.
    pub authority: Authority,
    /// `[applicant]`.
    pub applicant: Applicant,
    /// `[decision.early]`, `[decision.later]`, ... : the ground relied on by stage.
    pub decisions: BTreeMap<Stage, Reliance>,
    /// `[[reliance]]`: further exemptions used in single rows of the plan.
    pub reliances: Vec<Reliance>,
    /// `[grounds]`: why hidden content was taken out of released copies.
    pub grounds: BTreeMap<HiddenGroup, Ground>,
    /// `[public_interest]`.
    pub public_interest: PublicInterest,
    /// `[decider]`.
    pub decider: Person,
    /// `[approver]`.
    pub approver: Person,
    /// `[letter]`.
    pub letter: LetterFacts,
    /// `[meeting]`.
    pub meeting: Meeting,
    /// `[review]`.
    pub review: Review,
    /// `[publication]`: where the published text is.
    pub publication: Publication,
    /// `[schedule]`: what the public schedule may show.
    pub schedule: ScheduleRules,
    /// `[advice]` text, one paragraph each.
    pub advice: Vec<String>,
    /// `[reuse]` licence.
    pub licence: Option<String>,
    /// SHA-256 of the file.
    pub digest: String,
}

/// One report whose drafts are in the folder.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// Public title.
    pub title: Option<String>,
    /// Path of the published text, relative to the crawled folder, with `/`.
    pub r#final: Option<String>,
    /// The moment that divides early drafts from later ones.
    pub milestone: Option<Milestone>,
}

/// The moment that divides early drafts from later ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Milestone {
    /// What happened, for reasons and letter ("circulated for fact check").
    pub name: Option<String>,
    /// How it is told.
    pub at: MilestoneAt,
}

/// How a milestone is told: exactly one of the three.
#[derive(Debug, Clone, PartialEq)]
pub enum MilestoneAt {
    /// The draft that was circulated, as path relative to the crawled folder.
    File(String),
    /// The day.
    Date(Date),
    /// The version label.
    Label(String),
}

/// What was asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    /// Day of receipt.
    pub received: Option<Date>,
    /// How it came.
    pub channel: Option<String>,
    /// Subject line of the letter.
    pub subject: Option<String>,
    /// The items as the requester numbered them.
    pub items: Vec<Item>,
    /// Earlier responses.
    pub earlier: Vec<EarlierResponse>,
    /// Days on which clarification was asked for.
    pub clarified: Vec<Date>,
    /// A recorded extension.
    pub extension: Option<Extension>,
}

/// One item of the request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Item {
    /// Number, as the requester wrote it.
    pub no: String,
    /// Words of the requester.
    pub text: String,
    /// Whether comments, tracked changes or other hidden content were asked for.
    pub asks_for_hidden: bool,
    /// Whether this letter answers it.
    pub answered_here: bool,
    /// Whether the information is held: `yes`, `no`, `ncnd`.
    pub held: Held,
}

/// Whether information is held.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Held {
    /// It is.
    #[default]
    Yes,
    /// It is not.
    No,
    /// Neither confirmed nor denied.
    NeitherConfirmNorDeny,
}

/// A response that was sent before.
#[derive(Debug, Clone, PartialEq)]
pub struct EarlierResponse {
    /// When.
    pub date: Option<Date>,
    /// What it said or left open; a sentence.
    pub says: Option<String>,
}

/// More time taken, and recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Extension {
    /// Day on which the requester was told.
    pub sent: Option<Date>,
    /// New date.
    pub until: Option<Date>,
    /// The exemption whose test needs the time.
    pub exemption: Option<Citation>,
}

/// What kind of response this is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Response {
    /// The kind.
    pub kind: ResponseKind,
    /// For refusals of the request as a whole: why, in plain words.
    pub reason: Option<String>,
    /// For already published information: where it is.
    pub r#where: Option<String>,
}

/// What kind of response this is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ResponseKind {
    /// Documents are released, withheld, or both.
    #[default]
    Decision,
    /// Neither confirm nor deny.
    NeitherConfirmNorDeny,
    /// First notice: more time is needed for the test.
    Extension,
    /// Everything is public already.
    AlreadyPublic,
    /// Nothing is held.
    NotHeld,
    /// Over the cost limit.
    Cost,
    /// Vexatious.
    Vexatious,
    /// Repeated.
    Repeated,
}

impl ResponseKind {
    /// Words of the case file.
    pub const WORDS: &'static [(&'static str, ResponseKind)] = &[
        ("decision", Self::Decision),
        ("neither-confirm-nor-deny", Self::NeitherConfirmNorDeny),
        ("extension", Self::Extension),
        ("already-public", Self::AlreadyPublic),
        ("not-held", Self::NotHeld),
        ("cost", Self::Cost),
        ("vexatious", Self::Vexatious),
        ("repeated", Self::Repeated),
    ];
    /// The word of the case file.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, kind)| *kind == self).map_or("decision", |(word, _)| word)
    }

    /// Whether documents may go out with a response of this kind.
    pub fn releases(self) -> bool {
        match self {
            Self::Decision => true,
            Self::NeitherConfirmNorDeny
            | Self::Extension
            | Self::AlreadyPublic
            | Self::NotHeld
            | Self::Cost
            | Self::Vexatious
            | Self::Repeated => false,
        }
    }
}

/// How the search was made.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Search {
    /// A sentence.
    pub summary: Option<String>,
    /// Last day searched.
    pub cutoff: Option<Date>,
}

/// Who answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Authority {
    /// Full name.
    pub name: Option<String>,
    /// Postal address, line by line.
    pub address: Vec<String>,
    /// E-mail address or telephone number.
    pub contact: Option<String>,
}

/// Who asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Applicant {
    /// Name, as the letter addresses it.
    pub name: Option<String>,
    /// Postal or e-mail address, line by line.
    pub address: Vec<String>,
}

/// An exemption relied on, with everything the letter must say about it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reliance {
    /// Exemption and limb.
    pub citation: Option<Citation>,
    /// Why this authority may rely on it.
    pub functions: Option<String>,
    /// The interest that would suffer.
    pub interest: Option<String>,
    /// The harm.
    pub prejudice: Option<String>,
    /// How disclosure would lead to it.
    pub link: Option<String>,
    /// How likely, in the words of the law.
    pub likelihood: Option<String>,
    /// The harm that is reasonably foreseen (United States).
    pub foreseeable_harm: Option<String>,
    /// The law that forbids disclosure.
    pub enactment: Option<String>,
    /// The opinion of the qualified person.
    pub qualified_person: Option<QualifiedPerson>,
    /// The balance for personal data.
    pub personal_data: Option<PersonalData>,
    /// Who completes unfinished material.
    pub completed_by: Option<String>,
    /// When it will be complete.
    pub completed_on: Option<Date>,
    /// How release of parts was considered.
    pub parts_considered: Option<String>,
    /// How the letter describes what is withheld, revealing nothing of it.
    pub description: Option<String>,
    /// The reason printed in the schedule; the only one that ever is.
    pub reason: Option<String>,
}

/// The reasonable opinion of a qualified person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct QualifiedPerson {
    /// Office held.
    pub office: Option<String>,
    /// Day of the opinion.
    pub date: Option<Date>,
    /// The opinion, in a sentence.
    pub opinion: Option<String>,
}

/// The balance for personal data of other people.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PersonalData {
    /// The legitimate interest in disclosure.
    pub interest: Option<String>,
    /// Whether disclosure is necessary for it.
    pub necessity: Option<String>,
    /// The balance against the rights of the people.
    pub balance: Option<String>,
}

/// Groups of hidden content that share a ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HiddenGroup {
    /// Comments, replies and printed mark-up.
    Comments,
    /// Tracked changes.
    TrackedChanges,
    /// Other words that the reader does not see, earlier versions among them.
    HiddenText,
    /// Embedded files, data behind charts, originals behind pictures.
    Embedded,
    /// Names, properties, paths.
    Metadata,
    /// Fingerprints of the word processor and of the container.
    Residue,
}

impl HiddenGroup {
    /// Every group with its key in `[grounds]`.
    pub const KEYS: &'static [(&'static str, HiddenGroup)] = &[
        ("comments", Self::Comments),
        ("tracked-changes", Self::TrackedChanges),
        ("hidden-text", Self::HiddenText),
        ("embedded", Self::Embedded),
        ("metadata", Self::Metadata),
        ("residue", Self::Residue),
    ];

    /// Key in `[grounds]`.
    pub fn key(self) -> &'static str {
        Self::KEYS.iter().find(|(_, group)| *group == self).map_or("residue", |(key, _)| key)
    }

    /// What a letter calls it (plural).
    pub fn plain(self) -> &'static str {
        match self {
            Self::Comments => "comments",
            Self::TrackedChanges => "tracked changes",
            Self::HiddenText => "hidden text and earlier versions",
            Self::Embedded => "embedded files and data behind charts and pictures",
            Self::Metadata => "document properties, names and paths",
            Self::Residue => "traces of the software",
        }
    }

    /// What a letter calls one of it.
    pub fn plain_one(self) -> &'static str {
        match self {
            Self::Comments => "comment",
            Self::TrackedChanges => "tracked change",
            Self::HiddenText => "piece of hidden text or earlier version",
            Self::Embedded => "embedded file or set of data",
            Self::Metadata => "document property, name or path",
            Self::Residue => "trace of the software",
        }
    }

    /// The group of a kind of finding. No `_` arm: a new kind does not compile until it has one.
    pub fn of(kind: FindingKind) -> Self {
        use FindingKind as K;
        match kind {
            K::Comment | K::PrintedMarkup => Self::Comments,
            K::TrackedInsertion | K::TrackedDeletion | K::TrackedMove | K::TrackedFormat => Self::TrackedChanges,
            K::EarlierVersion
            | K::HiddenText
            | K::InvisibleText
            | K::OffPageContent
            | K::UnseenScrap
            | K::HiddenObject
            | K::UnusedText
            | K::BuildingBlock
            | K::Ink
            | K::CoveringShape
            | K::XmlComment
            | K::UnreachablePart
            | K::UnknownPart
            | K::ContainerSlack
            | K::UnusedResource
            | K::Unknown => Self::HiddenText,
            K::Thumbnail
            | K::CroppedPixels
            | K::PictureOriginal
            | K::EmbeddedObject
            | K::ChartData
            | K::ActiveContent
            | K::LinkedDocument => Self::Embedded,
            K::AuthorName
            | K::DocumentProperty
            | K::CustomProperty
            | K::TemplatePath
            | K::DocumentVariable
            | K::MailMerge
            | K::CustomXml
            | K::ContentControl
            | K::FormField
            | K::SmartTag
            | K::FieldCode
            | K::LinkTarget
            | K::BookmarkName
            | K::AltText
            | K::ImageMetadata
            | K::Signature
            | K::PrinterSettings
            | K::StructureText
            | K::Outline => Self::Metadata,
            K::SessionId
            | K::DocumentId
            | K::Protection
            | K::ObjectName
            | K::StyleName
            | K::FontName
            | K::UnusedStyle
            | K::EmbeddedFont
            | K::ForeignMarkup
            | K::PartName
            | K::ContainerTime
            | K::FileId
            | K::Encryption => Self::Residue,
        }
    }
}

/// Why hidden content was taken out. Stripping what was asked for is a withholding, and needs its ground like one.
#[derive(Debug, Clone, PartialEq)]
pub enum Ground {
    /// Withheld under an exemption.
    Exempt(Citation),
    /// No information within the request, for this reason.
    NotInScope(String),
}

/// The public interest test.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PublicInterest {
    /// Arguments for disclosure.
    pub r#for: Vec<Argument>,
    /// Arguments for maintaining the exemption.
    pub against: Vec<Argument>,
    /// Balance for the drafts of a stage.
    pub balances: BTreeMap<Stage, Balance>,
    /// Balance for hidden content of released drafts.
    pub hidden: Option<String>,
    /// Day of the balance.
    pub decided_on: Option<Date>,
}

/// What tips the balance for the drafts of a stage, and the outcome that it argues for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The words.
    pub text: String,
    /// The outcome.
    pub outcome: BalanceFor,
}

/// What became of the drafts of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BalanceFor {
    /// All are withheld.
    Withheld,
    /// All are released.
    Released,
    /// Some are withheld, others released.
    Both,
}

impl BalanceFor {
    /// Words of the case file.
    pub const WORDS: &'static [(&'static str, BalanceFor)] =
        &[("withheld", Self::Withheld), ("released", Self::Released), ("both", Self::Both)];

    /// The word of the case file.
    pub fn as_str(self) -> &'static str {
        Self::WORDS.iter().find(|(_, outcome)| *outcome == self).map_or("both", |(word, _)| word)
    }

    /// The outcome that a balance argues for when the case file does not say: early drafts and those of no known stage are withheld, later
    /// ones and the published text released.
    pub fn usual(stage: Stage) -> Self {
        match stage {
            Stage::Early | Stage::Unknown => Self::Withheld,
            Stage::Later | Stage::Final => Self::Released,
        }
    }
}

/// One argument of the test.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Argument {
    /// The argument.
    pub text: Option<String>,
    /// Why it applies to this information.
    pub why: Option<String>,
    /// Its weight, in a word or a sentence.
    pub weight: Option<String>,
}

/// Somebody who decides or approves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Person {
    /// Name. Internal: letters print roles.
    pub name: Option<String>,
    /// Role.
    pub role: Option<String>,
    /// Day on which it was done.
    pub date: Option<Date>,
}

/// The letter itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LetterFacts {
    /// Date of the letter.
    pub date: Option<Date>,
    /// Issue number, from 1.
    pub issue: Option<u64>,
    /// Name under the letter; may be absent.
    pub signatory: Option<String>,
    /// Role under the letter.
    pub role: Option<String>,
}

/// An offer to meet.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Meeting {
    /// With whom.
    pub with: Option<String>,
    /// About what.
    pub about: Option<String>,
    /// How to take it up.
    pub contact: Option<String>,
}

/// Internal review.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Review {
    /// Where to ask.
    pub contact: Option<String>,
    /// Time for asking, when it is not that of the preset ("two calendar months").
    pub within: Option<String>,
    /// Time for answering, when it is not that of the preset.
    pub answered_in: Option<String>,
    /// Who will do it.
    pub by: Option<String>,
    /// False when there is no internal review.
    pub offered: Option<bool>,
}

/// Where the published text is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Publication {
    /// Title.
    pub title: Option<String>,
    /// Link.
    pub url: Option<String>,
    /// Day of publication.
    pub date: Option<Date>,
}

/// What the public schedule may show about withheld drafts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ScheduleRules {
    /// Dates of withheld drafts.
    pub withheld_dates: bool,
    /// Version labels of withheld drafts.
    pub withheld_versions: bool,
}
