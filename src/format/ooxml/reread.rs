//! x
use crate::model::Reread;
use crate::policy::Orders;
use crate::{DocError, Limits};
pub fn reread(_bytes: &[u8], _orders: &Orders, _limits: &Limits) -> Result<Reread, DocError> {
    Ok(Reread::default())
}
