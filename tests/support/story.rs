//! A believable case: one inspection report, nine drafts by four people over three months, and what lies beside them in the folder.
//!
//! Everybody and every place here is invented.

use super::docx::{Docx, field, paragraph, run};

/// A file of the case: path below the folder of drafts, and bytes.
pub struct CaseFile {
    /// Relative path with forward slashes.
    pub path: String,
    /// Contents.
    pub bytes: Vec<u8>,
}

/// Where a draft stands: the steps that its text has been through.
struct Draft {
    path: &'static str,
    label: &'static str,
    steps: &'static str,
    author: &'static str,
    modified: &'static str,
    revision: u32,
    minutes: u32,
}

const PEOPLE: [&str; 4] = ["Judith Marlow", "Samir Osei", "Anneke Prins", "Rhys Kendrick"];

/// `a` to `i` are the steps of the text; the two drafts of version 0.5 went their own ways from `d`, and the work went on from the first.
const DRAFTS: [Draft; 10] = [
    Draft {
        path: "Drafts/Inspection report v0.1 JM.docx",
        label: "v0.1",
        steps: "a",
        author: PEOPLE[0],
        modified: "2026-03-02T16:41:00Z",
        revision: 3,
        minutes: 95,
    },
    Draft {
        path: "Drafts/Inspection report v0.2.docx",
        label: "v0.2",
        steps: "ab",
        author: PEOPLE[0],
        modified: "2026-03-11T11:05:00Z",
        revision: 7,
        minutes: 210,
    },
    Draft {
        path: "Drafts/Inspection report v0.3 SO comments.docx",
        label: "v0.3",
        steps: "abc",
        author: PEOPLE[1],
        modified: "2026-03-20T15:22:00Z",
        revision: 10,
        minutes: 301,
    },
    Draft {
        path: "Drafts/Inspection report v0.4.docx",
        label: "v0.4",
        steps: "abcd",
        author: PEOPLE[0],
        modified: "2026-04-01T10:17:00Z",
        revision: 14,
        minutes: 422,
    },
    Draft {
        path: "Drafts/Inspection report v0.5 AP.docx",
        label: "v0.5",
        steps: "abcde",
        author: PEOPLE[2],
        modified: "2026-04-09T14:03:00Z",
        revision: 17,
        minutes: 512,
    },
    Draft {
        path: "Drafts/Inspection report v0.5 RK edits.docx",
        label: "v0.5",
        steps: "abcdx",
        author: PEOPLE[3],
        modified: "2026-04-10T09:48:00Z",
        revision: 16,
        minutes: 470,
    },
    Draft {
        path: "Drafts/Inspection report v0.6.docx",
        label: "v0.6",
        steps: "abcdef",
        author: PEOPLE[0],
        modified: "2026-04-22T17:30:00Z",
        revision: 22,
        minutes: 655,
    },
    Draft {
        path: "Drafts/Inspection report v0.8 for fact check.docx",
        label: "v0.8",
        steps: "abcdefg",
        author: PEOPLE[2],
        modified: "2026-05-12T12:12:00Z",
        revision: 29,
        minutes: 811,
    },
    Draft {
        path: "Drafts/Inspection report v0.9 tracked.docx",
        label: "v0.9",
        steps: "abcdefgh",
        author: PEOPLE[1],
        modified: "2026-05-27T16:55:00Z",
        revision: 34,
        minutes: 902,
    },
    Draft {
        path: "Published/Inspection report.docx",
        label: "",
        steps: "abcdefghi",
        author: PEOPLE[0],
        modified: "2026-06-04T08:30:00Z",
        revision: 38,
        minutes: 940,
    },
];

/// One paragraph through its life: style, then each wording with the step that brought it in. An empty wording takes it out.
type Slot = (&'static str, &'static [(char, &'static str)]);

const H: &str = "Heading1";
const N: &str = "Normal";

const STORY: &[Slot] = &[
    ("Title", &[('a', "Brackwater Ferry Terminal: inspection of fire safety and evacuation")]),
    (
        N,
        &[
            ('a', "Notes for a report on the visit of 24 and 25 February 2026. Structure still to be agreed with the team."),
            ('c', "Report of an inspection carried out on 24 and 25 February 2026 by the Coastal Facilities Inspectorate."),
            (
                'f',
                "Report of an announced inspection carried out on 24 and 25 February 2026 by the Coastal Facilities Inspectorate under section 14 of the Harbours Order.",
            ),
        ],
    ),
    (H, &[('b', "Summary")]),
    (
        N,
        &[
            ('b', "Overall the terminal is poorly run and we were not impressed. The operator will not like this paragraph."),
            (
                'd',
                "Passengers are mostly safe, but the operator has let maintenance slip and the evacuation plan has not kept up with the new pontoon.",
            ),
            (
                'f',
                "We found that passengers are generally safe at the terminal. Maintenance of the fire doors has fallen behind, and the evacuation plan does not yet cover the new pontoon that opened in October 2025.",
            ),
            (
                'h',
                "We found that passengers are safe at the terminal. Maintenance of the fire doors has fallen behind, and the evacuation plan does not yet cover the new pontoon that opened in October 2025.",
            ),
        ],
    ),
    (
        N,
        &[
            ('e', "We make five recommendations and ask the operator to report on progress within six months."),
            ('g', "We make six recommendations. The operator has accepted all of them and will report on progress by 30 November 2026."),
        ],
    ),
    (H, &[('a', "Background")]),
    (
        N,
        &[
            ('a', "The terminal opened in 1987 and handles about 410,000 passengers a year (check with the operator)."),
            (
                'd',
                "The terminal opened in 1987. In the year to December 2025 it handled 412,600 passengers on four routes, a third of them between June and August.",
            ),
        ],
    ),
    (
        N,
        &[
            ('b', "There was a small fire in the baggage hall in 2023. Ask whether anybody was hurt."),
            (
                'd',
                "A small fire in the baggage hall in November 2023 was put out by staff within nine minutes. Nobody was hurt, but the public address system failed on the upper deck.",
            ),
            (
                'g',
                "A small fire in the baggage hall on 18 November 2023 was put out by staff within nine minutes. Nobody was hurt, but the public address system could not be heard on the upper deck.",
            ),
        ],
    ),
    (
        N,
        &[
            ('c', "We spoke to eleven members of staff, two tenants of the arcade and the harbour fire officer."),
            (
                'f',
                "During the visit we spoke to eleven members of staff, two tenants of the arcade and the harbour fire officer, and we watched one boarding by day and one after dark.",
            ),
        ],
    ),
    (H, &[('b', "Fire doors and compartments")]),
    (
        N,
        &[
            ('b', "Of the doors we looked at about half did not close. Somebody should count them."),
            ('c', "We tested 38 of the 61 fire doors. Nine did not close fully and four had been wedged open."),
            (
                'e',
                "We tested 38 of the 61 fire doors. Nine did not close fully, four had been wedged open, and the last full survey dates from 2021, although the operator's own standard asks for one every year.",
            ),
        ],
    ),
    (
        N,
        &[
            ('d', "The shutter between the arcade and the waiting hall is held by a fusible link that has been painted over."),
            (
                'x',
                "The shutter between the arcade and the waiting hall is held by a fusible link that somebody has painted over, which in my view is reason enough to close the arcade.",
            ),
        ],
    ),
    (
        N,
        &[(
            'f',
            "The service duct under the car lanes links three compartments. Its fire stopping was disturbed when new cables were laid in 2024 and has been made good at only two of the five crossings.",
        )],
    ),
    (H, &[('c', "Alarm and public address")]),
    (
        N,
        &[
            ('c', "The alarm panel was replaced in 2022 and works. The public address system is a different matter."),
            (
                'e',
                "The alarm panel was replaced in 2022 and is tested every week. Spoken messages are clear in the waiting hall and in the arcade, but not on the upper deck, where wind and engines drown them.",
            ),
        ],
    ),
    (
        N,
        &[
            ('f', "The operator told us that a second amplifier was ordered in January 2026. We saw the order but no date for the work."),
            (
                'g',
                "The operator told us that a second amplifier was ordered in January 2026 and fitted on 2 April 2026, after our visit. We have seen the test certificate.",
            ),
        ],
    ),
    (H, &[('c', "Evacuation")]),
    (
        N,
        &[
            ('c', "The plan is out of date. It shows a gate that no longer exists."),
            (
                'd',
                "The evacuation plan of May 2023 shows a gate that was removed when the new pontoon was built, and gives no route for the 240 people who may be on the pontoon at one time.",
            ),
        ],
    ),
    (
        N,
        &[
            (
                'e',
                "Evacuation chairs are kept at both stairs. Staff on the evening shift had not been trained to use them and could not say where the keys were.",
            ),
            (
                'g',
                "Evacuation chairs are kept at both stairs. Four of the six members of staff on the evening shift had not been trained to use them.",
            ),
        ],
    ),
    (
        N,
        &[(
            'f',
            "In the drill on 25 February the waiting hall was empty after four minutes and ten seconds. The operator's target is four minutes. Passengers with luggage trolleys slowed the north exit.",
        )],
    ),
    (
        N,
        &[(
            'x',
            "I would go further than the team: the north exit should not be counted as an exit at all while trolleys are stored there.",
        )],
    ),
    (H, &[('d', "Management of fire safety")]),
    (
        N,
        &[
            ('d', "Responsibility is split between the operator, the harbour board and the tenants, and nobody keeps the whole picture."),
            (
                'f',
                "Responsibility is split between the operator, the harbour board and eight tenants. The three sets of fire risk assessments do not agree on the number of people in the arcade, and nobody keeps the whole picture.",
            ),
        ],
    ),
    (N, &[('e', "Staff know their duties well and speak openly about what does not work, which is to the credit of the duty managers.")]),
    (H, &[('d', "Recommendations")]),
    (
        N,
        &[
            ('d', "1. Repair or replace the fire doors that do not close."),
            ('e', "1. Repair or replace the thirteen fire doors that failed, and survey all 61 doors every year."),
        ],
    ),
    (
        N,
        &[
            ('d', "2. Bring the evacuation plan up to date."),
            (
                'e',
                "2. Bring the evacuation plan up to date, with a route for the pontoon, and try it out in a drill before the summer season.",
            ),
        ],
    ),
    (N, &[('d', "3. Make spoken messages audible on the upper deck.")]),
    (N, &[('e', "4. Replace the fusible link of the arcade shutter and inspect the other shutters.")]),
    (N, &[('e', "5. Train every member of staff on the evening shift in the use of evacuation chairs.")]),
    (N, &[('g', "6. Agree one fire risk assessment for the whole building with the harbour board and the tenants.")]),
];

impl Draft {
    /// The paragraphs of this draft, each with its style, its words and the step that last changed it.
    fn paragraphs(&self) -> Vec<(&'static str, &'static str, char)> {
        let latest = |wordings: &[(char, &'static str)]| {
            self.steps.chars().rev().find_map(|step| wordings.iter().find(|wording| wording.0 == step).copied())
        };
        STORY
            .iter()
            .filter_map(|(style, wordings)| latest(wordings).map(|(step, words)| (*style, words, step)))
            .filter(|(_, words, _)| !words.is_empty())
            .collect()
    }

    /// Session ids: a root, then three for every step, so that drafts share those of the steps they share.
    fn sessions(&self) -> Vec<u32> {
        let mut ids = vec![0x00a4_1c07];
        ids.extend(self.steps.chars().flat_map(|step| (0..3).map(move |part| session(step, part))));
        ids.sort_unstable();
        ids
    }

    fn build(&self) -> Vec<u8> {
        let mut docx = Docx::new().by(self.author, self.modified);
        for (number, (style, words, step)) in self.paragraphs().into_iter().enumerate() {
            let id = session(step, number as u32 % 3);
            let properties = if style == N { String::new() } else { format!("<w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>") };
            let text = self.marked(&mut docx, words);
            docx = docx.raw(&format!("<w:p w:rsidR=\"{id:08X}\" w:rsidRDefault=\"{id:08X}\">{properties}{text}</w:p>"));
        }
        let banner = if self.label.is_empty() {
            "Coastal Facilities Inspectorate".to_owned()
        } else {
            format!("DRAFT {} \u{2013} not for circulation", self.label)
        };
        docx = docx.header(&paragraph(&run(&banner))).footer(&paragraph(&format!("{}{}", run("Page "), field("PAGE", "1"))));
        docx.rsids(&self.sessions())
            .core(&format!(
                "<dc:title>Brackwater Ferry Terminal inspection</dc:title><dc:creator>{}</dc:creator><cp:lastModifiedBy>{}</cp:lastModifiedBy><cp:revision>{}</cp:revision>\
                 <dcterms:created xsi:type=\"dcterms:W3CDTF\">2026-03-02T09:02:00Z</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{}</dcterms:modified>",
                PEOPLE[0], self.author, self.revision, self.modified
            ))
            .app(&format!("<Template>Inspection.dotm</Template><TotalTime>{}</TotalTime><Application>Microsoft Office Word</Application><Company>Coastal Facilities Inspectorate</Company>", self.minutes))
            .build()
    }

    /// The runs of a paragraph, with the comments and tracked changes of the drafts that have some.
    fn marked(&self, docx: &mut Docx, words: &str) -> String {
        let comment = |docx: &mut Docx, at: &str, says: &str| {
            words.split_once(at).map(|(before, after)| format!("{}{}{}", run(before), docx.commented(at, says), run(after)))
        };
        let marked = match self.label {
            "v0.3" => comment(docx, "poorly run", "We cannot say this. What is the evidence? SO")
                .or_else(|| comment(docx, "Nine did not close fully", "Judith, is this from Rhys's notebook or from the door log?")),
            "v0.5" if self.steps.ends_with('x') => {
                comment(docx, "reason enough to close the arcade", "Happy to be overruled, but I want this minuted. RK")
            }
            "v0.6" => {
                comment(docx, "does not yet cover", "The harbour board has asked us to leave this out until their lawyers have seen it.")
            }
            "v0.9" if words.starts_with("We found that passengers are safe") => Some(format!(
                "{}{}{}",
                run("We found that passengers are "),
                docx.deletion("generally "),
                run(
                    "safe at the terminal. Maintenance of the fire doors has fallen behind, and the evacuation plan does not yet cover the new pontoon that opened in October 2025."
                )
            )),
            "v0.9" if words.starts_with("We make six") => words.split_once("by 30 November").map(|(before, after)| {
                let told = format!("{}{}", docx.deletion("within six months"), docx.insertion("by 30 November"));
                format!("{}{told}{}", run(before), run(after))
            }),
            "v0.9" => comment(
                docx,
                "nobody keeps the whole picture",
                "The operator disputes this in its fact check return. I suggest we keep it. AP",
            ),
            _ => None,
        };
        marked.unwrap_or_else(|| run(words))
    }
}

fn session(step: char, part: u32) -> u32 {
    0x0010_0000 + (step as u32).wrapping_mul(0x0009_3f1b) + part.wrapping_mul(0x0001_7a35)
}

/// Everything in the folder of drafts, sorted by path.
pub fn files() -> Vec<CaseFile> {
    let mut files: Vec<CaseFile> = DRAFTS.iter().map(|draft| CaseFile { path: draft.path.into(), bytes: draft.build() }).collect();
    files.push(CaseFile { path: "Drafts/Old/Copy of Inspection report v0.4.docx".into(), bytes: DRAFTS[3].build() });
    files.push(CaseFile { path: "Drafts/~$spection report v0.9 tracked.docx".into(), bytes: owner_lock("Samir Osei") });
    files.push(CaseFile { path: "Drafts/Notes of the visit.rtf".into(), bytes: NOTES.as_bytes().to_vec() });
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// The file that a word processor keeps beside an open document: the user's name in 8 bits and in UTF-16, 162 bytes in all.
fn owner_lock(user: &str) -> Vec<u8> {
    let mut out = vec![user.len() as u8];
    out.extend_from_slice(user.as_bytes());
    out.resize(54, b' ');
    out.push(user.len() as u8);
    out.push(0);
    out.extend(user.encode_utf16().flat_map(u16::to_le_bytes));
    while out.len() < 162 {
        out.extend_from_slice(b" \0");
    }
    out
}

const NOTES: &str = "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Calibri;}}\\f0\\fs22 Visit to Brackwater, 24 February 2026.\\par\n\
Duty manager friendly, keys not found for ten minutes.\\par\nRhys to count the doors again tomorrow.\\par\n}\n";
