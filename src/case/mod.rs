//! The officer's case: request, reports, exemptions, arguments.
