//! What can be wrong with a plan, cell by cell.

use crate::faults;

faults! {
    /// What is wrong with a plan.
    PlanFault {
        Unwritable { why: String } => "plan-unwritable", Caller, "the plan cannot be written: {why}", "write it as .csv or .json";
        TooLarge { bytes: usize } => "plan-too-large", Limit, "the plan has {bytes} bytes", "give the file that `cleardraft plan` wrote";
        Unreadable { why: String } => "plan-unreadable", Caller, "the plan cannot be read: {why}", "save it as .xlsx, .csv (UTF-8) or .json under its own extension, without a password";
        NoHeader => "plan-no-header", Caller, "no row names the columns path, sha256 and decision", "write the plan anew with `cleardraft plan` and copy your decisions into it";
        ColumnMissing { column: String } => "plan-column-missing", Caller, "the column `{column}` is missing", "columns may be hidden or moved, but not taken out; write the plan anew with `cleardraft plan`";
        ColumnTwice { column: String } => "plan-column-twice", Caller, "the column `{column}` is there twice", "take out the copy";
        SheetTwice { one: String, other: String } => "plan-sheet-twice", Caller, "the sheets `{one}` and `{other}` both hold a plan, and they differ", "take the sheet out that does not count";
        FileUnknown { cell: String, path: String } => "plan-file-unknown", Caller, "{cell}: the folder holds no file `{path}`", "take the row out, or write the plan anew with `cleardraft plan`";
        SourceChanged { cell: String, path: String } => "plan-source-changed", Caller, "{cell}: `{path}` is not the file that the plan was made for", "find out who changed a requested record; write the plan anew with `cleardraft plan`";
        RowMissing { path: String } => "plan-row-missing", Caller, "no row for `{path}`", "every file needs its row; write the plan anew with `cleardraft plan`";
        RowTwice { cell: String, path: String } => "plan-row-twice", Caller, "{cell}: `{path}` has a row already", "take one of the rows out";
        EvidenceEdited { cell: String, column: String, should: String } => "plan-evidence-edited", Caller, "{cell}: the column `{column}` is evidence and was edited, or the folder, case or policy has changed since; it should say `{should}`", "put the text back (your own words belong into notes), or write the plan anew with `cleardraft plan`";
        Formula { cell: String } => "plan-formula", Caller, "{cell}: a formula stands where a decision belongs", "type the value itself";
        DecisionUnknown { cell: String, is: String } => "plan-decision-unknown", Caller, "{cell}: `{is}` is no decision", "write release, withhold or review";
        ExemptionUnknown { cell: String, is: String, nearest: String } => "plan-exemption-unknown", Caller, "{cell}: `{is}` is no exemption of the case's preset; nearest: {nearest}", "choose one from the sheet Exemptions, or set `preset` in the case file";
        ExemptionOfRelease { cell: String, path: String } => "plan-exemption-of-release", Caller, "{cell}: an exemption is named for `{path}`, which is to be released", "write withhold, or take the exemption out";
        ExemptionMissing { cell: String } => "plan-exemption-missing", Caller, "{cell}: a withheld file needs an exemption", "choose one here, or set it for the stage under [decision] in the case file";
        NotReleasable { cell: String, path: String } => "plan-not-releasable", Caller, "{cell}: `{path}` could not be read or cleaned, and is never released", "withhold it, or put a copy that can be read into the folder and scan again";
        DeciderMissing { cell: String } => "plan-decider-missing", Caller, "{cell}: the decision differs from the proposal, and nobody is named", "write who decided, or fill in [decider] in the case file";
    }
}
