//! What one document may cost beyond what its own size bounds: a few references to one object make work, or a copy, of any size.
//!
//! Passes take from the budget as they go and turn back where it is used up; what they found by then counts for nothing, because whoever
//! called them asks [`Budget::check`] before anything is made of it.

use std::cell::Cell;

use super::PdfFault;
use crate::error::DocError;
use crate::limits::Limits;

/// Steps that a document may take however few operators its pages may have: fonts and annotations take some each.
const STEPS_MIN: u64 = 2_000_000;

/// What is left of the steps and of the values of the copy; `None` once more was asked for.
#[derive(Debug)]
pub(super) struct Budget {
    steps: Cell<Option<u64>>,
    values: Cell<Option<u64>>,
    limits: (u64, u64),
}

impl Budget {
    /// For one document. A step is some hundred nanoseconds, as an operator is.
    pub(super) fn new(limits: &Limits) -> Self {
        let (steps, values) = (limits.operators.max(STEPS_MIN), limits.values);
        Self { steps: Cell::new(Some(steps)), values: Cell::new(Some(values)), limits: (steps, values) }
    }

    /// Takes steps; `false` once they are used up, for good.
    pub(super) fn steps(&self, count: usize) -> bool {
        take(&self.steps, count)
    }

    /// Takes values that are put into the copy, each time that they are; `false` once they are used up, for good.
    pub(super) fn values(&self, count: usize) -> bool {
        take(&self.values, count)
    }

    /// Whether everything so far was within the budget.
    ///
    /// # Errors
    /// [`PdfFault::TooManySteps`] or [`PdfFault::TooManyValues`].
    pub(super) fn check(&self) -> Result<(), DocError> {
        let (steps, values) = self.limits;
        if self.steps.get().is_none() {
            return Err(DocError::whole(PdfFault::TooManySteps { limit: steps }));
        }
        if self.values.get().is_none() {
            return Err(DocError::whole(PdfFault::TooManyValues { limit: values }));
        }
        Ok(())
    }
}

fn take(left: &Cell<Option<u64>>, count: usize) -> bool {
    left.set(left.get().and_then(|left| left.checked_sub(count as u64)));
    left.get().is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_up_stays_used_up() {
        let budget = Budget::new(&Limits { operators: 10, ..Limits::default() });
        assert!(budget.steps(1_999_999) && budget.values(1) && budget.check().is_ok());
        assert!(!budget.steps(2) && !budget.steps(0));
        assert_eq!(budget.check().expect_err("it is used up").fault.code(), "pdf-steps");
    }
}
