//! What every number and text of an artifact must obey before anything relies on it.
pub(crate) fn validate(_artifact: &crate::Artifact) -> Result<(), crate::DecodeError> {
    Ok(())
}
