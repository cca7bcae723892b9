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
        modified: "2017-11-06T16:41:00Z",
        revision: 3,
        minutes: 95,
    },
    Draft {
        path: "Drafts/Inspection report v0.2.docx",
        label: "v0.2",
        steps: "ab",
        author: PEOPLE[0],
        modified: "2017-11-15T11:05:00Z",
        revision: 7,
        minutes: 210,
    },
    Draft {
        path: "Drafts/Inspection report v0.3 SO comments.docx",
        label: "v0.3",
        steps: "abc",
        author: PEOPLE[1],
        modified: "2017-11-24T15:22:00Z",
        revision: 10,
        minutes: 301,
    },
    Draft {
        path: "Drafts/Inspection report v0.4.docx",
        label: "v0.4",
        steps: "abcd",
        author: PEOPLE[0],
        modified: "2017-12-05T10:17:00Z",
        revision: 14,
        minutes: 422,
    },
    Draft {
        path: "Drafts/Inspection report v0.5 AP.docx",
        label: "v0.5",
        steps: "abcde",
        author: PEOPLE[2],
        modified: "2017-12-13T14:03:00Z",
        revision: 17,
        minutes: 512,
    },
    Draft {
        path: "Drafts/Inspection report v0.5 RK edits.docx",
        label: "v0.5",
        steps: "abcdx",
        author: PEOPLE[3],
        modified: "2017-12-14T09:48:00Z",
        revision: 16,
        minutes: 470,
    },
    Draft {
        path: "Drafts/Inspection report v0.6.docx",
        label: "v0.6",
        steps: "abcdef",
        author: PEOPLE[0],
        modified: "2018-01-09T17:30:00Z",
        revision: 22,
        minutes: 655,
    },
    Draft {
        path: "Drafts/Inspection report v0.8 for fact check.docx",
        label: "v0.8",
        steps: "abcdefg",
        author: PEOPLE[2],
        modified: "2018-01-24T12:12:00Z",
        revision: 29,
        minutes: 811,
    },
    Draft {
        path: "Drafts/Inspection report v0.9 tracked.docx",
        label: "v0.9",
        steps: "abcdefgh",
        author: PEOPLE[1],
        modified: "2018-02-05T16:55:00Z",
        revision: 34,
        minutes: 902,
    },
    Draft {
        path: "Published/Inspection report.docx",
        label: "",
        steps: "abcdefghi",
        author: PEOPLE[0],
        modified: "2018-02-26T08:30:00Z",
        revision: 38,
        minutes: 940,
    },
];

/// One paragraph through its life: style, then each wording with the step that brought it in. An empty wording takes it out.
type Slot = (&'static str, &'static [(char, &'static str)]);

const H: &str = "Heading1";
const N: &str = "Normal";

const STORY: &[Slot] = &[
    ("Title", &[('a', "Inspection report: disclosure of unused material")]),
    (
        N,
        &[
            ('a', "Notes for a report on the visits of October 2017. Structure still to be agreed with the team."),
            ('c', "Report of an inspection carried out in October and November 2017 by the Inspectorate of Prosecution Services."),
            (
                'f',
                "Report of an announced inspection carried out in October and November 2017 by the Inspectorate of Prosecution Services, together with colleagues from the inspectorate of police.",
            ),
        ],
    ),
    (H, &[('b', "Summary")]),
    (
        N,
        &[
            ('b', "Overall disclosure is poorly done and we were not impressed. The heads of the units will not like this paragraph."),
            (
                'd',
                "Trials are mostly fair, but the units have let the review of schedules slip and the training has not kept up with digital evidence.",
            ),
            (
                'f',
                "We found that most cases reach trial with their schedules complete. Review of the schedules has fallen behind, and the training of officers does not yet cover material from mobile telephones.",
            ),
            (
                'h',
                "We found that cases reach trial with their schedules complete. Review of the schedules has fallen behind, and the training of officers does not yet cover material from mobile telephones.",
            ),
        ],
    ),
    (
        N,
        &[
            ('e', "We make five recommendations and ask both services to report on progress within six months."),
            ('g', "We make six recommendations. Both services have accepted all of them and will report on progress by the end of August."),
        ],
    ),
    (H, &[('a', "Background")]),
    (
        N,
        &[
            ('a', "The five units handle about 4,100 cases a year between them (check the figure with the services)."),
            (
                'd',
                "We visited five units. In the year to September 2017 they handled 4,126 cases in which a schedule of unused material was served, a third of them in the two largest units.",
            ),
        ],
    ),
    (
        N,
        &[
            ('b', "There was a trial that collapsed in the spring. Ask whether we may mention it."),
            (
                'd',
                "One trial was stopped in May 2017 after messages came to light that had never been listed. Nobody had acted in bad faith, but the schedule had been copied from an earlier case.",
            ),
            (
                'g',
                "One trial was stopped on 18 May 2017 after messages came to light that had never been listed. Nobody had acted in bad faith, but the schedule had been copied from another case and was not read again.",
            ),
        ],
    ),
    (
        N,
        &[
            ('c', "We spoke to eleven officers, two trainers and a resident judge."),
            (
                'f',
                "During the visits we spoke to eleven disclosure officers, two trainers and a resident judge, and we sat in on one case conference in each of the five units.",
            ),
        ],
    ),
    (H, &[('a', "Scope and method")]),
    (
        N,
        &[(
            'a',
            "The inspection looked at how material that the prosecution does not use is recorded, reviewed and disclosed in cases before the Crown Court. It did not look at cases in the magistrates' courts, nor at the conduct of single trials.",
        )],
    ),
    (
        N,
        &[(
            'a',
            "We chose five units of different size and read a sample of finished cases in each of them before the visits. Two inspectors read every case, and where they did not agree a third one decided.",
        )],
    ),
    (
        N,
        &[(
            'b',
            "The sample was drawn by the case number, so that nobody could choose which cases we would see. Cases that were still before a court, or under appeal, were left out and replaced by the next number.",
        )],
    ),
    (
        N,
        &[(
            'c',
            "Quotations from case files have been shortened and names have been taken out. Figures are rounded to the nearest whole number and may not add up to one hundred.",
        )],
    ),
    (H, &[('b', "Schedules")]),
    (
        N,
        &[
            ('b', "Of the schedules we looked at about half were not good enough. Somebody should count them."),
            ('c', "We read 138 of the 161 schedules in our sample. In 39 the descriptions were too thin and in 14 items were missing."),
            (
                'e',
                "We read 138 of the 161 schedules in our sample. In 39 the descriptions were too thin to judge the item by, in 14 items were missing, and the last review by a supervisor dates from 2015, although the services' own standard asks for one every year.",
            ),
        ],
    ),
    (
        N,
        &[
            ('d', "The sensitive schedule was left empty in files where the notes speak of an informant."),
            (
                'x',
                "The sensitive schedule was left empty in files where the notes speak of an informant, which in my view is reason enough to name the unit.",
            ),
        ],
    ),
    (
        N,
        &[(
            'f',
            "Material held by third parties links three strands of our sample. Requests for it were disturbed when the shared form was changed in 2016 and have been made good in only two of the five units.",
        )],
    ),
    (H, &[('c', "Digital material")]),
    (
        N,
        &[
            ('c', "The examination software was replaced in 2016 and works. The choice of what to look for is a different matter."),
            (
                'e',
                "The examination software was replaced in 2016 and is checked every week. Search terms are recorded clearly in the two largest units, but not in the others, where the officer in the case keeps them in a notebook.",
            ),
        ],
    ),
    (
        N,
        &[
            (
                'f',
                "The services told us that a common record of search terms was ordered in September 2017. We saw the order but no date for its use.",
            ),
            (
                'g',
                "The services told us that a common record of search terms was ordered in September 2017 and brought into use on 8 January 2018, after our visits. We have seen the first returns.",
            ),
        ],
    ),
    (H, &[('c', "Review by prosecutors")]),
    (
        N,
        &[
            ('c', "The guidance is out of date. It names a form that no longer exists."),
            (
                'd',
                "The local guidance of May 2014 names a form that was withdrawn when the digital case file was introduced, and gives no route for the cases that move between units at short notice.",
            ),
        ],
    ),
    (
        N,
        &[
            (
                'e',
                "Disclosure records are kept for every case. Prosecutors on the evening rota had not been trained to use them and could not say who had endorsed the last entry.",
            ),
            (
                'g',
                "Disclosure records are kept for every case. Four of the six prosecutors on the evening rota had not been trained to use them.",
            ),
        ],
    ),
    (
        N,
        &[(
            'f',
            "In the sample the first review was made after 41 days on average. The services' target is 28 days. Files that arrived without the officer's report slowed the largest unit.",
        )],
    ),
    (
        N,
        &[(
            'x',
            "I would go further than the team: a file should not be counted as reviewed at all while the officer's report is outstanding.",
        )],
    ),
    (H, &[('d', "Leadership")]),
    (
        N,
        &[
            ('d', "Responsibility is split between the officer, the supervisor and the prosecutor, and nobody keeps the whole picture."),
            (
                'f',
                "Responsibility is split between the officer in the case, the supervisor and up to three prosecutors. The three sets of figures on late schedules do not agree with each other, and nobody keeps the whole picture.",
            ),
        ],
    ),
    (N, &[('e', "Staff know their duties well and speak openly about what does not work, which is to the credit of their managers.")]),
    (N, &[('i', "The inspectorate thanks the staff of the five units for their help and for the time that they gave to this inspection.")]),
    (H, &[('d', "Recommendations")]),
    (
        N,
        &[
            ('d', "1. Describe every item so that it can be judged."),
            (
                'e',
                "1. Describe every item on the schedule so that a prosecutor can judge it, and have supervisors review a sample every month.",
            ),
        ],
    ),
    (
        N,
        &[
            ('d', "2. Bring the local guidance up to date."),
            (
                'e',
                "2. Bring the local guidance up to date, with a route for cases that change units, and try it out in one unit before the summer.",
            ),
        ],
    ),
    (N, &[('d', "3. Record search terms for digital material in every case.")]),
    (N, &[('e', "4. Check every empty sensitive schedule against the notes of the officer in the case.")]),
    (N, &[('e', "5. Train every prosecutor on the evening rota in the use of disclosure records.")]),
    (N, &[('g', "6. Agree one set of figures on late schedules for both services.")]),
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
            "Inspectorate of Prosecution Services".to_owned()
        } else {
            format!("DRAFT {} \u{2013} not for circulation", self.label)
        };
        docx = docx.header(&paragraph(&run(&banner))).footer(&paragraph(&format!("{}{}", run("Page "), field("PAGE", "1"))));
        docx.rsids(&self.sessions())
            .core(&format!(
                "<dc:title>Inspection of disclosure</dc:title><dc:creator>{}</dc:creator><cp:lastModifiedBy>{}</cp:lastModifiedBy><cp:revision>{}</cp:revision>\
                 <dcterms:created xsi:type=\"dcterms:W3CDTF\">2017-11-06T09:02:00Z</dcterms:created><dcterms:modified xsi:type=\"dcterms:W3CDTF\">{}</dcterms:modified>",
                PEOPLE[0], self.author, self.revision, self.modified
            ))
            .app(&format!("<Template>Inspection.dotm</Template><TotalTime>{}</TotalTime><Application>Microsoft Office Word</Application><Company>Inspectorate of Prosecution Services</Company>", self.minutes))
            .build()
    }

    /// The runs of a paragraph, with the comments and tracked changes of the drafts that have some.
    fn marked(&self, docx: &mut Docx, words: &str) -> String {
        let comment = |docx: &mut Docx, at: &str, says: &str| {
            words.split_once(at).map(|(before, after)| format!("{}{}{}", run(before), docx.commented(at, says), run(after)))
        };
        let marked = match self.label {
            "v0.3" => comment(docx, "poorly run", "We cannot say this. What is the evidence? SO").or_else(|| {
                comment(docx, "In 39 the descriptions were too thin", "Judith, is this from Rhys's notebook or from the case log?")
            }),
            "v0.5" if self.steps.ends_with('x') => {
                comment(docx, "reason enough to name the unit", "Happy to be overruled, but I want this minuted. RK")
            }
            "v0.6" => comment(docx, "does not yet cover", "The police have asked us to leave this out until their lawyers have seen it."),
            "v0.9" if words.starts_with("We found that cases reach trial") => Some(format!(
                "{}{}{}",
                run("We found that "),
                docx.deletion("most "),
                run(
                    "cases reach trial with their schedules complete. Review of the schedules has fallen behind, and the training of officers does not yet cover material from mobile telephones."
                )
            )),
            "v0.9" if words.starts_with("We make six") => words.split_once("by the end of August").map(|(before, after)| {
                let told = format!("{}{}", docx.deletion("within six months"), docx.insertion("by the end of August"));
                format!("{}{told}{}", run(before), run(after))
            }),
            "v0.9" => comment(
                docx,
                "nobody keeps the whole picture",
                "The largest unit disputes this in its fact check return. I suggest we keep it. AP",
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

const NOTES: &str = "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Calibri;}}\\f0\\fs22 Visit to the second unit, 24 October 2017.\\par\n\
Supervisor friendly, register not found for ten minutes.\\par\nRhys to count the schedules again tomorrow.\\par\n}\n";
